package results

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Store opens results. Safe for concurrent use.
type Store struct {
	objects *bus.Objects
	dir     string
}

// NewStore returns a store over the bus's results bucket. dir takes temporary
// files; it must exist.
func NewStore(b *bus.Bus, dir string) *Store {
	return &Store{objects: b.Objects(bus.BucketResults), dir: dir}
}

// Result is one result, to be read once by one goroutine and then closed.
type Result struct {
	// Columns, RowCount, Truncated and TruncatedBy are the event's.
	Columns     []event.Column
	RowCount    int
	Truncated   bool
	TruncatedBy string

	source  io.ReadSeeker
	release func() error
	rows    *json.Decoder
	read    int
}

// Open returns the result that x describes. NOT_FOUND says that it is not kept
// any more.
func (s *Store) Open(ctx context.Context, x event.Executed) (*Result, error) {
	r := &Result{
		Columns: x.Columns, RowCount: x.RowCount, Truncated: x.Truncated, TruncatedBy: x.TruncatedBy,
		release: func() error { return nil },
	}
	if x.Result == nil {
		line, err := json.Marshal(x.Preview)
		if err != nil {
			return nil, fmt.Errorf("encode preview: %w", err)
		}
		r.source = bytes.NewReader(line)
		return r, r.rewind()
	}
	file, err := s.fetch(ctx, x.Result)
	if err != nil {
		return nil, err
	}
	r.source, r.release = file, file.Close
	if err := r.rewind(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// Render writes the result that x describes as one file of the given format. The
// file has no name, is at its start, and goes when it is closed.
func (s *Store) Render(ctx context.Context, x event.Executed, f Format) (_ *os.File, size int64, err error) {
	r, err := s.Open(ctx, x)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	out, err := s.temporary()
	if err != nil {
		return nil, 0, err
	}
	err = r.Write(out, f)
	if err == nil {
		size, err = out.Seek(0, io.SeekCurrent)
	}
	if err == nil {
		_, err = out.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, 0, errors.Join(err, out.Close())
	}
	return out, size, nil
}

// temporary opens a file that has no name: it goes with the process, whatever
// happens.
func (s *Store) temporary() (*os.File, error) {
	file, err := os.CreateTemp(s.dir, "result-*")
	if err != nil {
		return nil, noSpace(err)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(fmt.Errorf("unlink temporary result: %w", err), file.Close())
	}
	return file, nil
}

// fetch copies the object to the disk and checks it.
func (s *Store) fetch(ctx context.Context, ref *event.ObjectRef) (_ *os.File, err error) {
	body, _, err := s.objects.Get(ctx, ref.Key)
	if fault.CodeOf(err) == fault.NotFound {
		return nil, fault.Wrap(err, fault.NotFound, "The full result of this run is not kept any more.").
			WithHint("The run's preview is still there. Reproduce the run to get the full result again.")
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	file, err := s.temporary()
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	if _, err := io.Copy(file, io.TeeReader(body, sum)); err != nil {
		return nil, errors.Join(noSpace(err), file.Close())
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != ref.SHA256 {
		return nil, errors.Join(fmt.Errorf("result %s has SHA-256 %s, its event says %s", ref.Key, got, ref.SHA256), file.Close())
	}
	return file, nil
}

func noSpace(err error) error {
	return fault.Wrap(err, fault.Unavailable, "The result could not be copied to this server's disk.").
		WithHint("An administrator should check its free space.")
}

// rewind moves to just before the first row. A stored object has its rows under
// the key "rows"; a preview is the bare array.
func (r *Result) rewind() error {
	if _, err := r.source.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read result: %w", err)
	}
	r.read = 0
	r.rows = json.NewDecoder(bufio.NewReaderSize(r.source, 64<<10))
	r.rows.UseNumber()
	tok, err := r.rows.Token()
	if err == nil && tok == json.Delim('{') {
		err = r.skipToRows()
	}
	if err != nil {
		return fmt.Errorf("read result: %w", err)
	}
	if tok == nil { // a null preview: no rows
		r.rows = json.NewDecoder(bytes.NewReader(nil))
	}
	return nil
}

// skipToRows reads the keys of the object up to the opening of its rows.
func (r *Result) skipToRows() error {
	for r.rows.More() {
		name, err := r.rows.Token()
		if err != nil {
			return err
		}
		if name == "rows" {
			tok, err := r.rows.Token()
			if err == nil && tok != json.Delim('[') {
				err = errors.New("rows are not an array")
			}
			return err
		}
		var skipped json.RawMessage
		if err := r.rows.Decode(&skipped); err != nil {
			return err
		}
	}
	return errors.New("there are no rows")
}

// Next returns the next row, or io.EOF. Values are nil, bool, string or
// json.Number.
func (r *Result) Next() ([]any, error) {
	if !r.rows.More() {
		return nil, io.EOF
	}
	var row []any
	if err := r.rows.Decode(&row); err != nil {
		return nil, fmt.Errorf("read row %d of the result: %w", r.read+1, err)
	}
	r.read++
	if len(row) != len(r.Columns) {
		return nil, fmt.Errorf("row %d of the result has %d values for %d columns", r.read, len(row), len(r.Columns))
	}
	return row, nil
}

// Close removes the temporary copy.
func (r *Result) Close() error { return r.release() }
