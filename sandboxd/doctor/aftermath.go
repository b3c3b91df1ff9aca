package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// goneWithin bounds the wait for the last of a sandbox.
const goneWithin = 5 * time.Second

// aftermath is what is left when everything is over.
func (e *examination) aftermath() []exam {
	return []exam{{"cleanup", "nothing is left behind", true, e.nothingLeft}}
}

func (e *examination) nothingLeft(ctx context.Context) (string, error) {
	e.mu.Lock()
	made := slices.Clone(e.made)
	e.mu.Unlock()
	if len(made) == 0 {
		return "", errors.New("there was no sandbox")
	}
	var left []string
	deadline := time.NewTimer(goneWithin)
	defer deadline.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		if left = e.leftovers(made); len(left) == 0 {
			break
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return "", ctx.Err()
		case <-deadline.C:
			return "", errors.New(strings.Join(left, "; "))
		}
	}
	swept, err := e.exec.Sweep(ctx)
	switch {
	case err != nil:
		return "", fmt.Errorf("sweep: %w", err)
	case swept > 0: // never this process's own
		return fmt.Sprintf("%d sandboxes; %d of a process that died were removed", len(made), swept), nil
	}
	return fmt.Sprintf("%d sandboxes", len(made)), nil
}

// leftovers lists processes, control groups, mounts and files of sandboxes that
// were destroyed.
func (e *examination) leftovers(made []trace) []string {
	var left []string
	ids := map[string]bool{}
	for _, s := range made {
		ids[s.id] = true
		if s.pid != 0 && running(s.pid) {
			left = append(left, fmt.Sprintf("process %d of sandbox %s", s.pid, s.id))
		}
	}
	_ = filepath.WalkDir("/sys/fs/cgroup", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && ids[entry.Name()] {
			left = append(left, "control group "+path)
		}
		return nil // groups come and go while one looks
	})
	if mounts, err := os.ReadFile("/proc/self/mountinfo"); err == nil {
		for line := range strings.Lines(string(mounts)) {
			if strings.Contains(line, e.dir) {
				left = append(left, "mount "+strings.TrimSpace(line))
			}
		}
	}
	return left
}

// running reports whether a process exists and has not ended.
func running(id int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}
