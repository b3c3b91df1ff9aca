package audit

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Export makes the files. Safe for concurrent use.
type Export struct {
	log     Log
	history *history.DB
	acts    *Acts
	archive string
	dir     string
}

// New returns an export of a log and the archive of it in a directory, "" for none. It
// keeps its temporary files in dir.
func New(log Log, archive string, h *history.DB, acts *Acts, dir string) *Export {
	return &Export{log: log, archive: archive, history: h, acts: acts, dir: dir}
}

// catchUp is how long an export waits for the run list.
const catchUp = 20 * time.Second

// pageSize is how many digests are read at once.
const pageSize = 500

// Events writes the events s lets through, in the order of the log, and what is missing
// of them. The caller closes the file, which is at its start. An org is required.
func (x *Export) Events(ctx context.Context, s Scope) (*os.File, int64, error) {
	if s.Org == "" {
		return nil, 0, errors.New("an export of events needs an org")
	}
	return x.write(func(enc *json.Encoder) error {
		return x.read(ctx, s, func(l Logged) error { return enc.Encode(l) })
	})
}

// Recorded is a line of the capsule export: one run that has ended.
type Recorded struct {
	RunID string `json:"run_id"`
	// Digest is run.Capsule.Digest's, as it was when the run ended.
	Digest string `json:"digest"`
	// Seq is the run's last event.
	Seq uint64 `json:"seq"`
}

// Capsules writes the recorded digest of every run of f.Org that ended by the
// last event f lets through; with f.RunID, of that run; with times, of the runs
// that ended between them. It waits until the run
// list has caught up with the log.
func (x *Export) Capsules(ctx context.Context, f Scope) (*os.File, int64, error) {
	if err := x.caughtUp(ctx); err != nil {
		return nil, 0, err
	}
	wanted, err := x.touched(ctx, f)
	if err != nil {
		return nil, 0, err
	}
	return x.write(func(enc *json.Encoder) error {
		for after := uint64(0); ; {
			page, err := x.history.Digests(ctx, f.Org, after, pageSize)
			if err != nil || len(page) == 0 {
				return err
			}
			for _, d := range page {
				after = d.Seq
				if wanted != nil && !wanted[d.RunID] || f.ToSeq != 0 && d.Seq > f.ToSeq {
					continue
				}
				if err := enc.Encode(Recorded{RunID: d.RunID, Digest: d.SHA256, Seq: d.Seq}); err != nil {
					return err
				}
			}
		}
	})
}

// caughtUp waits until the run list holds all that is in the log by now: what is
// handed to an auditor leaves nothing out.
func (x *Export) caughtUp(ctx context.Context) error {
	last, err := x.log.LastSeq(ctx)
	if err != nil {
		return err
	}
	if !x.history.WaitFor(ctx, last, catchUp) {
		return fault.New(fault.Unavailable, "The run list has not caught up with the log yet.").
			WithHint("Try again in a moment; /readyz says how far it is.")
	}
	return nil
}

// touched returns the runs a narrowed export is about; nil means all.
func (x *Export) touched(ctx context.Context, f Scope) (map[string]bool, error) {
	if f.RunID == "" && f.FromTime.IsZero() && f.ToTime.IsZero() {
		return nil, nil
	}
	runs := map[string]bool{}
	err := x.read(ctx, f, func(l Logged) error {
		if l.Missing != 0 {
			return nil
		}
		where, err := event.ParseSubject(l.Subject)
		if err == nil && where.Kind.Terminal() {
			runs[where.RunID] = true
		}
		return err
	})
	return runs, err
}

// write fills an unnamed file with lines of JSON and rewinds it.
func (x *Export) write(fill func(*json.Encoder) error) (*os.File, int64, error) {
	return x.writeTo(func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false) // events are copied, not rewritten
		return fill(enc)
	})
}

// writeTo fills an unnamed file and rewinds it.
func (x *Export) writeTo(fill func(io.Writer) error) (_ *os.File, size int64, err error) {
	file, err := os.CreateTemp(x.dir, "audit-*")
	if err != nil {
		return nil, 0, fault.Wrap(err, fault.Unavailable, "The export could not be written to this server's disk.").
			WithHint("An administrator should check its free space.")
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close())
		}
	}()
	if err := os.Remove(file.Name()); err != nil {
		return nil, 0, fmt.Errorf("audit export: %w", err)
	}
	w := bufio.NewWriterSize(file, 256<<10)
	if err := fill(w); err != nil {
		return nil, 0, err
	}
	if err := w.Flush(); err != nil {
		return nil, 0, fmt.Errorf("audit export: %w", err)
	}
	if size, err = file.Seek(0, io.SeekCurrent); err != nil {
		return nil, 0, fmt.Errorf("audit export: %w", err)
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, size, err
}
