package archive

import (
	"bytes"
	"context"
	"errors"

	"github.com/leo-analytics/leo/shared/fault"
)

// Stretch is a part of the log that somebody looks for in an archive, usually because the
// stream has it no more.
type Stretch struct {
	// From and To are sequences, both included.
	From, To uint64
	// Next is the stored event after To where the log has it: an archive that has another one
	// there is of another log.
	Next []byte
}

// errEnough ends a read from inside, without an error.
var errEnough = errors.New("enough")

// ReadStretch calls fn for every event that the archive in dir has of a stretch, in order,
// and returns what it does not have of it. The archive may be written meanwhile. It reads and
// checks no more of it than it has to, and fails as [Read] does, and with CONFLICT for the archive of another log.
func ReadStretch(ctx context.Context, dir string, s Stretch, fn func(Record) error) (gaps []Gap, err error) {
	at := s.From
	missing := func(before uint64) {
		if at < before {
			gaps = append(gaps, Gap{From: at, To: before - 1})
			at = before
		}
	}
	_, err = readFrom(ctx, dir, s.From, func(r Record) error {
		switch {
		case r.Seq < s.From:
			return nil
		case r.Missing != 0:
			missing(min(r.Seq, s.To) + 1)
		case r.Seq <= s.To:
			missing(r.Seq)
			at = r.Seq + 1
			return fn(r)
		case s.Next != nil && r.Seq == s.To+1 && !bytes.Equal(r.Data, s.Next):
			return fault.New(fault.Conflict, "The archive at %s is of another log: its event %d is a different one.", dir, r.Seq).
				WithHint("Set archive_dir to the archive of this log.")
		}
		if r.Seq > s.To {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	missing(s.To + 1)
	return gaps, nil
}
