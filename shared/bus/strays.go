package bus

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// markedID begins the chunk ids that say which object they are written for.
	// Others are those of a writer before it did, and are left alone.
	markedID = "K"
	markLen  = 24
	// chunkPause is longer than any writer pauses between two chunks.
	chunkPause = 10 * time.Minute
)

// chunkID returns a new id for the chunks of an object. It holds a mark of the
// object's key, so that chunks without a description can be told from others by
// their subjects alone: to read the descriptions would load the chunks beside
// them.
func chunkID(key string) string { return markOf(key) + rand.Text() }

func markOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return markedID + hex.EncodeToString(sum[:])[:markLen]
}

// Sweep removes what nobody uses: objects that used does not know and that are
// older than age, what deleted objects left, and chunks of objects whose writer
// was killed, after ten minutes or age, whichever is less. It returns how many.
// Its memory does not grow with the bytes in the bucket.
func (o *Objects) Sweep(ctx context.Context, used func(key string) bool, age time.Duration) (int, error) {
	stream, err := o.b.js.Stream(ctx, "OBJ_"+o.bucket)
	if err != nil {
		return 0, o.fault(err, o.bucket)
	}
	// The chunks first: an object that is completed meanwhile is then described.
	chunks, err := stream.Info(ctx, jetstream.WithSubjectFilter(o.chunkSubject("*")))
	if err != nil {
		return 0, o.fault(err, o.bucket)
	}
	described, err := stream.Info(ctx, jetstream.WithSubjectFilter(o.metaSubject("*")))
	if err != nil {
		return 0, o.fault(err, o.bucket)
	}
	swept, known := 0, map[string]bool{}
	for subject := range described.State.Subjects {
		name, err := base64.URLEncoding.DecodeString(strings.TrimPrefix(subject, o.metaSubject("")))
		if err != nil {
			continue // not ours
		}
		key := string(name)
		known[markOf(key)] = true
		if used(key) {
			continue
		}
		n, err := o.sweepObject(ctx, stream, subject, key, age)
		if swept += n; err != nil {
			return swept, o.fault(err, key)
		}
	}
	for subject := range chunks.State.Subjects {
		id := strings.TrimPrefix(subject, o.chunkSubject(""))
		if !strings.HasPrefix(id, markedID) || len(id) <= len(markedID)+markLen || known[id[:len(markedID)+markLen]] {
			continue
		}
		n, err := o.sweepChunks(ctx, stream, subject, min(age, chunkPause))
		if swept += n; err != nil {
			return swept, o.fault(err, o.bucket)
		}
	}
	return swept, nil
}

func (o *Objects) metaSubject(name string) string { return "$O." + o.bucket + ".M." + name }

// sweepObject removes one object that nobody uses, or what is left of a deleted
// one.
func (o *Objects) sweepObject(ctx context.Context, stream jetstream.Stream, subject, key string, age time.Duration) (int, error) {
	last, err := stream.GetLastMsgForSubject(ctx, subject)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return 0, nil // somebody else was faster
	case err != nil:
		return 0, fmt.Errorf("look at an unused object: %w", err)
	case time.Since(last.Time) < age:
		return 0, nil
	}
	var info jetstream.ObjectInfo
	if err := json.Unmarshal(last.Data, &info); err != nil {
		return 0, fmt.Errorf("description of %s: %w", key, err)
	}
	n := 0
	if !info.Deleted {
		if err := o.Delete(ctx, key); err != nil {
			return 0, err
		}
		n = 1
	}
	if err := stream.Purge(ctx, jetstream.WithPurgeSubject(subject)); err != nil {
		return n, fmt.Errorf("remove the mark of a deleted object: %w", err)
	}
	return n, nil
}

// sweepChunks removes the chunks of one object that was never described.
func (o *Objects) sweepChunks(ctx context.Context, stream jetstream.Stream, subject string, age time.Duration) (int, error) {
	last, err := stream.GetLastMsgForSubject(ctx, subject)
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return 0, nil
	case err != nil:
		return 0, fmt.Errorf("look at a stray chunk: %w", err)
	case time.Since(last.Time) < age:
		return 0, nil
	}
	if err := stream.Purge(ctx, jetstream.WithPurgeSubject(subject)); err != nil {
		return 0, fmt.Errorf("remove stray chunks: %w", err)
	}
	return 1, nil
}
