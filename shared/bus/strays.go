package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// SweepChunks removes the chunks that belong to no object and of which the last
// was written at least age ago, and returns of how many objects. A writer that
// was killed leaves such chunks, and so does one that could not purge what it
// replaced. age must exceed the longest pause of a writer between two chunks:
// what is younger may still become an object.
func (o *Objects) SweepChunks(ctx context.Context, age time.Duration) (int, error) {
	stream, err := o.b.js.Stream(ctx, "OBJ_"+o.bucket)
	if err != nil {
		return 0, o.fault(err, o.bucket)
	}
	// The chunks first: an object that is completed meanwhile is then in the list.
	info, err := stream.Info(ctx, jetstream.WithSubjectFilter(o.chunkSubject("*")))
	if err != nil {
		return 0, o.fault(err, o.bucket)
	}
	if len(info.State.Subjects) == 0 {
		return 0, nil
	}
	owned, err := o.owned(ctx)
	if err != nil {
		return 0, o.fault(err, o.bucket)
	}
	swept := 0
	for subject := range info.State.Subjects {
		id := strings.TrimPrefix(subject, o.chunkSubject(""))
		if owned[id] {
			continue
		}
		last, err := stream.GetLastMsgForSubject(ctx, subject)
		switch {
		case errors.Is(err, jetstream.ErrMsgNotFound):
			continue // somebody else was faster
		case err != nil:
			return swept, o.fault(fmt.Errorf("look at a stray chunk: %w", err), o.bucket)
		case time.Since(last.Time) < age:
			continue
		}
		if err := stream.Purge(ctx, jetstream.WithPurgeSubject(subject)); err != nil {
			return swept, o.fault(fmt.Errorf("remove stray chunks: %w", err), o.bucket)
		}
		swept++
	}
	return swept, nil
}

// owned are the chunk ids that a description refers to.
func (o *Objects) owned(ctx context.Context) (map[string]bool, error) {
	store, err := o.store(ctx)
	if err != nil {
		return nil, err
	}
	stored, err := store.List(ctx)
	if err != nil && !errors.Is(err, jetstream.ErrNoObjectsFound) {
		return nil, fmt.Errorf("list objects: %w", err)
	}
	owned := make(map[string]bool, len(stored))
	for _, s := range stored {
		owned[s.NUID] = true
	}
	return owned, nil
}
