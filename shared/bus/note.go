package bus

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// The kinds of notes.
const (
	NoteProgress = "progress"
	NoteDelta    = "delta"
	NoteCancel   = "cancel"
)

// maxNoteBytes is the largest note: larger ones are no notes.
const maxNoteBytes = 64 << 10

// Note is an ephemeral message about a run: it reaches who listens now and is
// never stored. Nothing may depend on its arrival.
type Note struct {
	Org, RunID string
	Kind       string          // NoteProgress, NoteDelta or NoteCancel
	Data       json.RawMessage // may be empty
}

// Notify sends a note and does not wait for anybody to get it. A cancel note
// stops the handler that is busy with the run; the cancelled event is appended
// first, because that is what ends the run. Notify fails with fault.Validation
// for a note that cannot be sent and fault.Unavailable without a connection.
func (b *Bus) Notify(n Note) error {
	switch {
	case !event.ValidToken(n.Org) || !event.ValidToken(n.RunID) || !event.ValidToken(n.Kind):
		return fault.New(fault.Validation, "A note needs an org, a run and a kind.")
	case len(n.Data) > maxNoteBytes:
		return fault.New(fault.PayloadTooLarge, "A note holds at most %d KiB.", maxNoteBytes>>10)
	}
	err := b.nc.Publish("leo."+n.Org+".note."+n.RunID+"."+n.Kind, n.Data)
	return translate(err, "message bus")
}

// Notes calls fn for every note of every run, one at a time, until stop is
// called or ctx ends. A listener that is too slow loses notes. stop returns when
// fn is not running any more, so fn must not call it; calling it twice is fine.
// Notes returns when the server knows of the listener, however long that takes, and
// fails with fault.Unavailable when ctx ends before or the connection was closed.
func (b *Bus) Notes(ctx context.Context, fn func(Note)) (stop func(), err error) {
	return b.notes(ctx, ctx, "*", fn)
}

// notes listens to notes of one kind, or of all for *, until ctx ends. wait bounds how
// long it tries to begin.
func (b *Bus) notes(ctx, wait context.Context, kind string, fn func(Note)) (stop func(), err error) {
	gone := make(chan struct{})
	sub, err := b.nc.Subscribe("leo.*.note.*."+kind, func(m *nats.Msg) {
		if t := strings.Split(m.Subject, "."); len(t) == 5 {
			fn(Note{Org: t[1], RunID: t[3], Kind: t[4], Data: m.Data})
		}
	})
	if err != nil {
		return nil, translate(err, "message bus")
	}
	sub.SetClosedHandler(func(string) { close(gone) })
	end := sync.OnceFunc(func() { _ = sub.Unsubscribe() }) // fails only when it is gone
	detach := context.AfterFunc(ctx, end)
	// A listener must not miss what is sent after Notes returned.
	for try := 0; ; try++ {
		if err = b.nc.FlushTimeout(publishTimeout); err == nil {
			break
		}
		if b.nc.IsClosed() || !pause(wait, backoff(try, 50*time.Millisecond, time.Second)) {
			detach()
			end()
			return nil, translate(err, "message bus")
		}
	}
	return func() {
		detach()
		end()
		<-gone
	}, nil
}
