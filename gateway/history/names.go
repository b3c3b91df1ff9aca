package history

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The files of a run list at history.db are, beside what SQLite adds to each:
//
//	history.db        the first one
//	history-2.db      the one a rebuild put in its place, and so on: the highest counts
//	history-3.rebuild what a rebuild is writing; it counts once it is history-3.db
//	history-aside.db  what had to be replaced and may still be wanted, by a person

// named is the path of the nth file of the run list at path.
func named(path string, n int, ext string) string {
	base := strings.TrimSuffix(path, filepath.Ext(path))
	if n > 1 {
		base += "-" + strconv.Itoa(n)
	}
	return base + ext
}

func asideName(path string) string {
	ext := filepath.Ext(path)
	return strings.TrimSuffix(path, ext) + "-aside" + ext
}

const unfinished = ".rebuild"

// numbers returns the numbers of the files with an extension that there are of the run list at
// path, in order.
func numbers(path, ext string) ([]int, error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("list run lists: %w", err)
	}
	base := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	var found []int
	for _, e := range entries {
		middle, ours := strings.CutPrefix(e.Name(), base)
		middle, whole := strings.CutSuffix(middle, ext)
		if !ours || !whole {
			continue
		}
		n, err := strconv.Atoi(strings.TrimPrefix(middle, "-"))
		switch {
		case middle == "":
			found = append(found, 1)
		case err == nil && n > 1 && middle == "-"+strconv.Itoa(n):
			found = append(found, n)
		}
	}
	slices.SortFunc(found, cmp.Compare)
	return found, nil
}

// newest returns the number of the file that counts, 0 for none, and whether a rebuild was
// cut off. What it left is removed, and a file that counts no more is set aside.
func newest(path string) (n int, cutOff bool, err error) {
	left, err := numbers(path, unfinished)
	if err != nil {
		return 0, false, err
	}
	for _, n := range left {
		if err := remove(named(path, n, unfinished)); err != nil {
			return 0, false, err
		}
	}
	have, err := numbers(path, filepath.Ext(path))
	if err != nil || len(have) == 0 {
		return 0, len(left) > 0, err
	}
	n = have[len(have)-1]
	for _, old := range have[:len(have)-1] {
		if err := setAside(path, old); err != nil {
			return 0, false, err
		}
	}
	return n, len(left) > 0, nil
}

// setAside takes the nth file out of the way, in the place of the one that was set
// aside before.
func setAside(path string, n int) error {
	from, to := named(path, n, filepath.Ext(path)), asideName(path)
	if err := remove(to); err != nil {
		return err
	}
	for _, suffix := range []string{"", "-wal"} {
		if err := os.Rename(from+suffix, to+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("set run list aside: %w", err)
		}
	}
	return remove(from)
}

// remove deletes a file and what SQLite keeps beside it.
func remove(path string) error {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove run list: %w", err)
		}
	}
	return nil
}

// finish makes an unfinished file that is closed the nth, which counts from then on.
func finish(path string, n int) error {
	if err := os.Rename(named(path, n, unfinished), named(path, n, filepath.Ext(path))); err != nil {
		return fmt.Errorf("finish run list: %w", err)
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("finish run list: %w", err)
	}
	return errors.Join(dir.Sync(), dir.Close())
}
