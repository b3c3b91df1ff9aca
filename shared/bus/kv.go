package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/fault"
)

// KV is one key-value bucket. Keys are made of letters, digits, and - _ . / =;
// a prefix such as "acme." selects one org's. Values are at most 1 MiB. Every
// method fails with fault.Validation for a key that cannot be one and with
// fault.Unavailable when the bucket cannot be reached.
type KV struct {
	b      *Bus
	bucket string
}

// Entry is the value of a key.
type Entry struct {
	Key   string
	Value []byte
	// Revision grows with every change of the bucket.
	Revision uint64
}

// KV returns a handle on a bucket. It does not check that the bucket exists.
func (b *Bus) KV(bucket string) *KV { return &KV{b: b, bucket: bucket} }

// store opens the bucket, once per connection.
func (k *KV) store(ctx context.Context) (jetstream.KeyValue, error) {
	k.b.mu.Lock()
	store, ok := k.b.kvs[k.bucket]
	k.b.mu.Unlock()
	if ok {
		return store, nil
	}
	store, err := k.b.js.KeyValue(ctx, k.bucket)
	if err != nil {
		return nil, fmt.Errorf("bucket %s: %w", k.bucket, err)
	}
	k.b.mu.Lock()
	k.b.kvs[k.bucket] = store
	k.b.mu.Unlock()
	return store, nil
}

// Get returns a key's value; fault.NotFound if there is none.
func (k *KV) Get(ctx context.Context, key string) (Entry, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	if !isKey(key) {
		return Entry{}, k.fault(jetstream.ErrInvalidKey, key)
	}
	r, err := k.b.newest(ctx, "KV_"+k.bucket, k.subject()+key)
	if err != nil {
		return Entry{}, k.fault(err, key)
	}
	e, deleted := k.entry(r)
	if deleted {
		return Entry{}, k.fault(jetstream.ErrKeyDeleted, key)
	}
	return e, nil
}

// isKey says whether a text can be a key.
func isKey(text string) bool {
	for _, c := range text {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("-_./=", c)) {
			return false
		}
	}
	return text != "" && text[0] != '.' && text[len(text)-1] != '.'
}

// Put sets a key whatever it was and returns the new revision.
func (k *KV) Put(ctx context.Context, key string, value []byte) (uint64, error) {
	return k.set(ctx, key, func(ctx context.Context, store jetstream.KeyValue) (uint64, error) {
		return store.Put(ctx, key, value)
	})
}

// Create sets a key that has no value; fault.Conflict if it has one.
func (k *KV) Create(ctx context.Context, key string, value []byte) (uint64, error) {
	return k.set(ctx, key, func(ctx context.Context, store jetstream.KeyValue) (uint64, error) {
		return store.Create(ctx, key, value)
	})
}

// Update sets a key that still has the given revision; fault.Conflict if not.
func (k *KV) Update(ctx context.Context, key string, value []byte, revision uint64) (uint64, error) {
	return k.set(ctx, key, func(ctx context.Context, store jetstream.KeyValue) (uint64, error) {
		return store.Update(ctx, key, value, revision)
	})
}

// Delete removes a key. Removing what is not there is not an error.
func (k *KV) Delete(ctx context.Context, key string) error {
	_, err := k.set(ctx, key, func(ctx context.Context, store jetstream.KeyValue) (uint64, error) {
		return 0, store.Delete(ctx, key)
	})
	return err
}

func (k *KV) set(ctx context.Context, key string, write func(context.Context, jetstream.KeyValue) (uint64, error)) (uint64, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	store, err := k.store(ctx)
	if err != nil {
		return 0, k.fault(err, key)
	}
	revision, err := write(ctx, store)
	return revision, k.fault(err, key)
}

// fault translates what the client says about a key.
func (k *KV) fault(err error, key string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jetstream.ErrInvalidKey):
		return fault.Wrap(err, fault.Validation, "%q cannot be a key.", key).
			WithHint("Use letters, digits, and - _ . / =.")
	case errors.Is(err, jetstream.ErrKeyExists), errors.Is(err, jetstream.ErrKeyRevisionMismatch), isConflict(err):
		return fault.Wrap(err, fault.Conflict, "%q was changed by somebody else in the meantime.", key).
			WithHint("Load it again and repeat the change.").With("bucket", k.bucket)
	case isMissing(err):
		return fault.Wrap(err, fault.NotFound, "There is no %q in %s.", key, k.bucket)
	}
	return translate(err, k.bucket+" store")
}

// listPasses is how often List reads while somebody writes.
const listPasses = 10

// List returns the entries whose key starts with prefix, sorted by key. An entry
// that is replaced meanwhile is there with one of its values.
func (k *KV) List(ctx context.Context, prefix string) ([]Entry, error) {
	entries := map[string]Entry{}
	// The server can take a key's old value away before it counts the new one as
	// still to come, so a pass may end without the key. One after which nothing is
	// newer than what it read has missed nothing.
	for range listPasses {
		last, err := k.pass(ctx, prefix, entries)
		if err != nil {
			return nil, k.fault(err, prefix)
		}
		s := k.source(prefix)
		newest, err := k.b.newest(ctx, s.stream, s.filter)
		if errors.Is(err, errNoMessage) || err == nil && newest.seq <= last {
			break
		}
		if err != nil {
			return nil, k.fault(err, prefix)
		}
	}
	list := make([]Entry, 0, len(entries))
	for _, e := range entries {
		if e.Key != "" {
			list = append(list, e)
		}
	}
	slices.SortFunc(list, func(a, b Entry) int { return strings.Compare(a.Key, b.Key) })
	return list, nil
}

// pass reads the bucket's state into entries, where a deleted one has no key, and
// returns the highest revision it read.
func (k *KV) pass(ctx context.Context, prefix string, entries map[string]Entry) (last uint64, err error) {
	s := k.source(prefix)
	s.bounded = true
	err = k.b.follow(ctx, s, func() error { return errEnough }, func(r record) error {
		last = r.seq
		e, deleted := k.entry(r)
		key := e.Key
		if !strings.HasPrefix(key, prefix) {
			return nil
		}
		if deleted {
			e.Key = ""
		}
		entries[key] = e
		return nil
	})
	if err == nil {
		err = context.Cause(ctx)
	}
	return last, err
}

// Watch calls fn for every entry whose key starts with prefix, then ready once
// (nil is allowed), then fn for every change, until ctx ends; then it returns
// nil. Calls come one at a time, in the order of the revisions. A deleted entry
// has no value, and may be reported before ready, too. While the server is away
// Watch waits.
func (k *KV) Watch(ctx context.Context, prefix string, ready func(), fn func(e Entry, deleted bool)) error {
	caughtUp := func() error {
		if ready != nil {
			ready()
		}
		return nil
	}
	return k.b.follow(ctx, k.source(prefix), caughtUp, func(r record) error {
		if e, deleted := k.entry(r); strings.HasPrefix(e.Key, prefix) {
			fn(e, deleted)
		}
		return nil
	})
}

// source narrows the bucket to the prefix's whole tokens.
func (k *KV) source(prefix string) source {
	tokens := ""
	if i := strings.LastIndexByte(prefix, '.'); i >= 0 && !strings.ContainsAny(prefix, "*> \t") {
		tokens = prefix[:i+1]
	}
	return source{stream: "KV_" + k.bucket, filter: k.subject() + tokens + ">", lastOnly: true}
}

func (k *KV) subject() string { return "$KV." + k.bucket + "." }

// entry reads a stored message of the bucket.
func (k *KV) entry(r record) (e Entry, deleted bool) {
	e = Entry{Key: strings.TrimPrefix(r.subject, k.subject()), Value: r.data, Revision: r.seq}
	if r.header.Get("KV-Operation") != "" || r.header.Get(jetstream.MarkerReasonHeader) != "" {
		e.Value = nil
		return e, true
	}
	return e, false
}
