package archive

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/datadir"
)

// Config says where an archive is.
type Config struct {
	// Dir is its directory, made where there is none.
	Dir string
	// SegmentBytes is how large the open segment grows before it is compressed and
	// closed. Default 64 MiB.
	SegmentBytes int64
}

// Writer adds to an archive. One process has one; it is not safe for concurrent
// use.
type Writer struct {
	cfg  Config
	held *datadir.Lock
	file *os.File // the open segment; nil before the first line
	// size is the length of what is kept of the open segment; last and chain are those of
	// the last line.
	size  int64
	last  uint64
	chain string
	// torn says that there may be something after that, which is no line.
	torn bool
}

// Open opens an archive for writing: it checks the segment that was open, cuts off
// the piece of a line that a killed writer left, and finishes what it began. It fails with
// CONFLICT when another process writes it or when it is damaged, and with UNAVAILABLE.
func Open(ctx context.Context, cfg Config) (_ *Writer, err error) {
	if cfg.SegmentBytes == 0 {
		cfg.SegmentBytes = 64 << 20
	}
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, unreachable(err, cfg.Dir)
	}
	held, err := datadir.Take(cfg.Dir)
	if err != nil {
		return nil, err
	}
	w := &Writer{cfg: cfg, held: held}
	if err := w.resume(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Last is the sequence of the last line, 0 for an empty archive.
func (w *Writer) Last() uint64 { return w.last }

// Close gives the archive free. What was added is kept already.
func (w *Writer) Close() error {
	var err error
	if w.file != nil {
		err = w.file.Close()
		w.file = nil
	}
	return errors.Join(err, w.held.Release())
}

// resume finds the end of the archive.
func (w *Writer) resume(ctx context.Context) error {
	if err := w.tidy(); err != nil {
		return err
	}
	names, err := segments(w.cfg.Dir)
	if err != nil {
		return err
	}
	for _, name := range slices.Backward(names) {
		if begun, err := w.resumeAt(ctx, name); err != nil || begun {
			return err
		}
	}
	return nil
}

// resumeAt goes on from the end of a segment. It removes one whose writer was killed
// before its first line was whole, and returns false: the archive ends with the segment
// before it.
func (w *Writer) resumeAt(ctx context.Context, name string) (begun bool, err error) {
	s := Summary{}
	r := segmentReader{name: name, summary: &s, last: true}
	if err := r.read(ctx, w.cfg.Dir); err != nil {
		return false, err
	}
	path := filepath.Join(w.cfg.Dir, name)
	closed := strings.HasSuffix(name, closedSuffix)
	if r.lines == 0 {
		if closed {
			return false, altered(name, 1, "there is nothing in it")
		}
		return false, wrap(os.Remove(path), w.cfg.Dir)
	}
	w.last, w.chain = s.Last, s.Chain
	if closed {
		return true, nil
	}
	if w.file, err = os.OpenFile(path, os.O_RDWR, 0o600); err != nil { //nolint:gosec // one of our own files
		return false, unreachable(err, w.cfg.Dir)
	}
	w.size, w.torn = r.whole, true
	return true, wrap(w.cut(), w.cfg.Dir)
}

// tidy removes what a killed writer left of closing a segment.
func (w *Writer) tidy() error {
	entries, err := os.ReadDir(w.cfg.Dir)
	if err != nil {
		return unreachable(err, w.cfg.Dir)
	}
	have := map[string]bool{}
	for _, e := range entries {
		have[e.Name()] = true
	}
	for name := range have {
		open, isOpen := strings.CutSuffix(name, openSuffix)
		if strings.HasSuffix(name, halfSuffix) || isOpen && have[open+closedSuffix] {
			if err := os.Remove(filepath.Join(w.cfg.Dir, name)); err != nil {
				return unreachable(err, w.cfg.Dir)
			}
		}
	}
	return nil
}

// cut takes away what was written after the last line that is kept.
func (w *Writer) cut() error {
	if !w.torn {
		return nil
	}
	err := w.file.Truncate(w.size)
	w.torn = err != nil
	return err //nolint:wrapcheck // the caller says where
}

func wrap(err error, dir string) error {
	if err != nil {
		return unreachable(err, dir)
	}
	return nil
}

// Append adds events in the order of the log and returns when the disk has them.
// Those that are in the archive already are left out; a gap before one of them is
// written down. Nothing is added when it fails, with UNAVAILABLE; it may be tried
// again.
func (w *Writer) Append(records []Record) error {
	var text []byte
	last, chain := w.last, w.chain
	add := func(r Record) (err error) {
		r.Chain = next(chain, r)
		text, err = appendLine(text, r)
		last, chain = r.Seq, r.Chain
		return err
	}
	for _, r := range records {
		if r.Seq <= last {
			continue
		}
		if r.Seq != last+1 {
			if err := add(Record{Seq: r.Seq - 1, Missing: last + 1}); err != nil {
				return err
			}
		}
		if err := add(r); err != nil {
			return err
		}
	}
	if len(text) == 0 {
		return nil
	}
	if err := w.write(text); err != nil {
		return unreachable(err, w.cfg.Dir)
	}
	w.last, w.chain = last, chain
	if w.size < w.cfg.SegmentBytes {
		return nil
	}
	// The events are kept, whatever becomes of this; it is tried again.
	return wrap(w.closeSegment(), w.cfg.Dir)
}

func (w *Writer) write(text []byte) error {
	if w.file == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	if err := w.there(); err != nil {
		return err
	}
	if err := w.cut(); err != nil {
		return err
	}
	w.torn = true
	_, err := w.file.WriteAt(text, w.size)
	if err = errors.Join(err, w.file.Sync()); err != nil {
		return errors.Join(err, w.cut())
	}
	w.size, w.torn = w.size+int64(len(text)), false
	return nil
}

// errGone means that what is written to is no archive any more: the writer has to be
// opened again.
var errGone = errors.New("the open segment was taken away")

// there looks for the open segment at its place: a file that was removed can be
// written to all the same.
func (w *Writer) there() error {
	have, err := w.file.Stat()
	if err != nil {
		return err //nolint:wrapcheck // the caller says where
	}
	if at, err := os.Stat(w.file.Name()); err != nil || !os.SameFile(have, at) {
		return errGone
	}
	return nil
}

// begin makes the open segment.
func (w *Writer) begin() (err error) {
	text, err := json.Marshal(head{Archive: format, After: w.last, Chain: w.chain})
	if err != nil {
		return fmt.Errorf("encode the head: %w", err)
	}
	path := filepath.Join(w.cfg.Dir, fmt.Sprintf("%020d%s", w.last+1, openSuffix))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600) //nolint:gosec // the operator chose the directory
	if err != nil {
		return err //nolint:wrapcheck // the caller says where
	}
	text = append(text, '\n')
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), syncDir(w.cfg.Dir)); err != nil {
		return errors.Join(err, f.Close(), os.Remove(path))
	}
	w.file, w.size = f, int64(len(text))
	return nil
}

// closeSegment compresses the open segment. A closed one appears whole or not at
// all.
func (w *Writer) closeSegment() (err error) {
	open := w.file.Name()
	half := strings.TrimSuffix(open, openSuffix) + halfSuffix
	out, err := os.OpenFile(half, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // one of our own files
	if err != nil {
		return err //nolint:wrapcheck // the caller says where
	}
	zip := gzip.NewWriter(out)
	_, err = io.Copy(zip, io.NewSectionReader(w.file, 0, w.size))
	if err = errors.Join(err, zip.Close(), out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(half))
	}
	closed := strings.TrimSuffix(open, openSuffix) + closedSuffix
	if _, err := os.Lstat(closed); err == nil {
		return errors.Join(fmt.Errorf("%s is there already", closed), os.Remove(half))
	}
	if err := os.Rename(half, closed); err != nil {
		return err //nolint:wrapcheck // likewise
	}
	err = errors.Join(syncDir(w.cfg.Dir), w.file.Close(), os.Remove(open))
	w.file, w.size = nil, 0
	return err
}

func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator chose it
	if err != nil {
		return err //nolint:wrapcheck // the caller says where
	}
	return errors.Join(d.Sync(), d.Close())
}
