package bus

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/fault"
)

// Objects is one object bucket. Keys are any text but the empty one. Every
// method fails with fault.Unavailable when the bucket cannot be reached.
//
// Reading and writing are done here and not by the NATS client, whose reader
// ends after five seconds without a deadline and outlives its context, and whose
// writer may store chunks out of order while a cluster changes its leader. The
// stored form is the client's.
type Objects struct {
	b      *Bus
	bucket string
}

// ObjectInfo describes an object.
type ObjectInfo struct {
	Key   string
	Bytes int64
	// SHA256 is in hexadecimal.
	SHA256  string
	ModTime time.Time
}

// Objects returns a handle on a bucket. It does not check that it exists.
func (b *Bus) Objects(bucket string) *Objects { return &Objects{b: b, bucket: bucket} }

// store opens the bucket, once per connection.
func (o *Objects) store(ctx context.Context) (jetstream.ObjectStore, error) {
	o.b.mu.Lock()
	store, ok := o.b.stores[o.bucket]
	o.b.mu.Unlock()
	if ok {
		return store, nil
	}
	store, err := o.b.js.ObjectStore(ctx, o.bucket)
	if err != nil {
		return nil, fmt.Errorf("object bucket %s: %w", o.bucket, err)
	}
	o.b.mu.Lock()
	o.b.stores[o.bucket] = store
	o.b.mu.Unlock()
	return store, nil
}

// Put stores what r has until EOF under key, replacing what was there. If it
// fails, what was there is untouched, and nothing of the new bytes stays. It
// fails with r's own error, and with fault.Unavailable when the store is full.
// Only ctx bounds how long it takes.
func (o *Objects) Put(ctx context.Context, key string, r io.Reader) (ObjectInfo, error) {
	if key == "" {
		return ObjectInfo{}, fault.New(fault.Validation, "An object needs a key.")
	}
	before, err := o.info(ctx, key)
	if err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) {
		return ObjectInfo{}, o.fault(err, key)
	}
	info, err := o.write(ctx, key, r, before != nil)
	if err != nil {
		return ObjectInfo{}, o.fault(err, key)
	}
	if before != nil {
		o.purge(ctx, before.NUID)
	}
	return describe(info)
}

// Get opens an object; fault.NotFound if there is none. The reader ends with an
// error instead of io.EOF when the bytes are not the ones that were put: what
// was read until then must not be used. The caller closes it; ctx bounds the
// reading, too.
func (o *Objects) Get(ctx context.Context, key string) (io.ReadCloser, ObjectInfo, error) {
	stored, err := o.info(ctx, key)
	if err != nil {
		return nil, ObjectInfo{}, o.fault(err, key)
	}
	info, err := describe(stored)
	if err != nil {
		return nil, ObjectInfo{}, err
	}
	return o.reader(ctx, stored.NUID, info), info, nil
}

// Stat describes an object; fault.NotFound if there is none.
func (o *Objects) Stat(ctx context.Context, key string) (ObjectInfo, error) {
	stored, err := o.info(ctx, key)
	if err != nil {
		return ObjectInfo{}, o.fault(err, key)
	}
	return describe(stored)
}

// Delete removes an object. Removing what is not there is not an error.
func (o *Objects) Delete(ctx context.Context, key string) error {
	ctx, cancel := bounded(ctx)
	defer cancel()
	store, err := o.store(ctx)
	if err == nil {
		err = store.Delete(ctx, key)
	}
	if errors.Is(err, jetstream.ErrObjectNotFound) {
		return nil
	}
	return o.fault(err, key)
}

// List describes the objects whose key starts with prefix, sorted by key.
func (o *Objects) List(ctx context.Context, prefix string) ([]ObjectInfo, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	store, err := o.store(ctx)
	if err != nil {
		return nil, o.fault(err, prefix)
	}
	stored, err := store.List(ctx)
	if err != nil && !errors.Is(err, jetstream.ErrNoObjectsFound) {
		return nil, o.fault(err, prefix)
	}
	var list []ObjectInfo
	for _, s := range stored {
		if !strings.HasPrefix(s.Name, prefix) {
			continue
		}
		info, err := describe(s)
		if err != nil {
			return nil, err
		}
		list = append(list, info)
	}
	slices.SortFunc(list, func(a, b ObjectInfo) int { return strings.Compare(a.Key, b.Key) })
	return list, nil
}

// info reads an object's description as it is stored.
func (o *Objects) info(ctx context.Context, key string) (*jetstream.ObjectInfo, error) {
	if key == "" {
		return nil, jetstream.ErrNameRequired
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	r, err := o.b.newest(ctx, "OBJ_"+o.bucket, o.metaOf(key))
	if errors.Is(err, errNoMessage) {
		return nil, jetstream.ErrObjectNotFound
	}
	if err != nil {
		return nil, err
	}
	var info jetstream.ObjectInfo
	if err := json.Unmarshal(r.data, &info); err != nil {
		return nil, fmt.Errorf("read object description: %w", err)
	}
	if info.Deleted {
		return nil, jetstream.ErrObjectNotFound
	}
	info.ModTime = r.time
	return &info, nil
}

// metaOf is the subject of an object's description.
func (o *Objects) metaOf(key string) string {
	return o.metaSubject(base64.URLEncoding.EncodeToString([]byte(key)))
}

// fault translates what the client says about an object.
func (o *Objects) fault(err error, key string) error {
	switch {
	case errors.Is(err, errReader):
		return errors.Unwrap(err)
	case errors.Is(err, jetstream.ErrNameRequired):
		return fault.Wrap(err, fault.Validation, "An object needs a key.")
	case errors.Is(err, jetstream.ErrObjectNotFound):
		return fault.Wrap(err, fault.NotFound, "There is no %q in %s.", key, o.bucket)
	}
	return translate(err, o.bucket+" store")
}

// describe turns the stored description into ours.
func describe(s *jetstream.ObjectInfo) (ObjectInfo, error) {
	sum, err := jetstream.DecodeObjectDigest(s.Digest)
	if err != nil {
		return ObjectInfo{}, fmt.Errorf("object %s: digest: %w", s.Name, err)
	}
	return ObjectInfo{
		Key: s.Name, Bytes: int64(s.Size), SHA256: hex.EncodeToString(sum), ModTime: s.ModTime, //nolint:gosec // sizes of stored objects fit
	}, nil
}
