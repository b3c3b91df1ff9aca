package bus

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/fault"
)

const (
	chunkBytes = 128 << 10
	// chunkWindow is how many chunks are sent ahead of their acknowledgements.
	chunkWindow = 32
	// chunkTimeout is how long one chunk may stay unacknowledged.
	chunkTimeout = 30 * time.Second
	// chunkTries is how often a chunk that should be there is looked for: a
	// replica may be a moment behind.
	chunkTries = 5
)

// errReader marks errors of the reader that Put was given.
var errReader = errors.New("read")

// readerError carries such an error through the translation of ours.
type readerError struct{ cause error }

func (e readerError) Error() string        { return e.cause.Error() }
func (e readerError) Unwrap() error        { return e.cause }
func (e readerError) Is(target error) bool { return target == errReader }

func (o *Objects) chunkSubject(id string) string { return "$O." + o.bucket + ".C." + id }

// write stores the chunks, then the description that makes them an object.
func (o *Objects) write(ctx context.Context, key string, r io.Reader, replaces bool) (*jetstream.ObjectInfo, error) {
	id := chunkID(key)
	info, err := o.writeChunks(ctx, id, r)
	if err != nil {
		o.purge(ctx, id)
		return nil, err
	}
	info.ObjectMeta = jetstream.ObjectMeta{Name: key, Opts: &jetstream.ObjectMetaOptions{ChunkSize: chunkBytes}}
	if err := o.writeMeta(ctx, info, replaces); err != nil {
		if _, refused := apiError(err); refused {
			o.purge(ctx, id)
		}
		// Without an answer the description may be there: the chunks must stay.
		return nil, err
	}
	info.ModTime = time.Now().UTC()
	return info, nil
}

// writeChunks sends r in chunks and waits for every acknowledgement.
func (o *Objects) writeChunks(ctx context.Context, id string, r io.Reader) (*jetstream.ObjectInfo, error) {
	info := &jetstream.ObjectInfo{Bucket: o.bucket, NUID: id}
	sum := sha256.New()
	w := window{}
	defer w.abandon()
	for eof := false; !eof; {
		chunk := make([]byte, chunkBytes)
		n, err := io.ReadFull(r, chunk)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			eof = true
		case err != nil:
			return nil, readerError{err}
		}
		if n == 0 {
			break
		}
		sum.Write(chunk[:n])
		info.Size += uint64(n) //nolint:gosec // n is not negative
		info.Chunks++
		sent, err := o.b.js.PublishMsgAsync(&nats.Msg{Subject: o.chunkSubject(id), Data: chunk[:n]}, jetstream.WithRetryAttempts(0))
		if err != nil {
			return nil, fmt.Errorf("write chunk: %w", err)
		}
		if err := w.add(ctx, sent, chunkWindow); err != nil {
			return nil, err
		}
	}
	if err := w.settle(ctx, 0); err != nil {
		return nil, err
	}
	info.Digest = "SHA-256=" + base64.URLEncoding.EncodeToString(sum.Sum(nil))
	return info, nil
}

// window holds the chunks that were sent and not yet acknowledged.
type window struct {
	sent []jetstream.PubAckFuture
	last uint64
}

func (w *window) add(ctx context.Context, sent jetstream.PubAckFuture, limit int) error {
	w.sent = append(w.sent, sent)
	return w.settle(ctx, limit)
}

// settle waits until at most limit chunks are open, and checks that the stream
// has them in the order they were sent in.
func (w *window) settle(ctx context.Context, limit int) error {
	for len(w.sent) > limit {
		first := w.sent[0]
		w.sent = w.sent[1:]
		select {
		case ack := <-first.Ok():
			if ack.Sequence <= w.last {
				return errors.New("chunks were stored out of order")
			}
			w.last = ack.Sequence
		case err := <-first.Err():
			return fmt.Errorf("write chunk: %w", err)
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// abandon waits until nothing is on its way any more, so that what a failed write
// left can be purged.
func (w *window) abandon() {
	timeout := time.NewTimer(drainTimeout)
	defer timeout.Stop()
	for _, sent := range w.sent {
		select {
		case <-sent.Ok():
		case <-sent.Err(): //nolint:errcheck // the write failed already
		case <-timeout.C:
			return
		}
	}
}

// writeMeta stores the description, in place of the one before if there is one. To
// say so where there is none would have the server read every block of the bucket.
func (o *Objects) writeMeta(ctx context.Context, info *jetstream.ObjectInfo, replaces bool) error {
	line, err := json.Marshal(info)
	if err != nil {
		return fmt.Errorf("encode object description: %w", err)
	}
	m := nats.NewMsg(o.metaOf(info.Name))
	if replaces {
		m.Header.Set(jetstream.MsgRollup, jetstream.MsgRollupSubject)
	}
	m.Header.Set(nats.MsgIdHdr, info.NUID)
	m.Data = line
	for try := 0; ; try++ {
		if _, err = o.b.publish(ctx, m); err == nil {
			return nil
		}
		if _, answered := apiError(err); answered || try == appendAttempts || !o.b.beforeRetry(ctx, try+1) {
			return fmt.Errorf("write object description: %w", err)
		}
	}
}

// purge removes chunks nobody refers to. What is left when that fails takes room
// and does no other harm.
func (o *Objects) purge(ctx context.Context, id string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	s, err := o.b.js.Stream(ctx, "OBJ_"+o.bucket)
	if err == nil {
		err = s.Purge(ctx, jetstream.WithPurgeSubject(o.chunkSubject(id)))
	}
	if err != nil {
		o.b.log.WarnContext(ctx, "chunks of a replaced object stay", "bucket", o.bucket, "chunks", id, "error", err)
	}
}

// reader returns a reader over the chunks of an object.
func (o *Objects) reader(ctx context.Context, id string, info ObjectInfo) io.ReadCloser {
	return &chunkReader{
		info: info, sum: sha256.New(),
		next: func(after uint64) (record, error) { return o.chunk(ctx, id, after) },
		past: func(last uint64) { o.passDescription(ctx, last) },
	}
}

// passDescription reads what follows an object's last chunk: its description, as
// it is written. The server lets go of a block of the store at once when it was
// read to its end without a gap. With one it keeps the block in memory for ten
// seconds, in which much more can be read than there is memory.
func (o *Objects) passDescription(ctx context.Context, last uint64) {
	_, err := o.b.getOne(ctx, "OBJ_"+o.bucket, directGet{Seq: last + 1})
	if err != nil && !errors.Is(err, errNoMessage) {
		o.b.log.DebugContext(ctx, "nothing follows a chunk", "bucket", o.bucket, "error", err)
	}
}

// chunk reads the first chunk after a sequence.
func (o *Objects) chunk(ctx context.Context, id string, after uint64) (record, error) {
	for try := 0; ; try++ {
		r, err := o.b.getOne(ctx, "OBJ_"+o.bucket, directGet{Seq: after + 1, NextBy: o.chunkSubject(id)})
		if err == nil || ctx.Err() != nil || try == chunkTries {
			return r, err
		}
		o.b.rest(ctx, backoff(try, 25*time.Millisecond, time.Second))
	}
}

// chunkReader reads an object chunk by chunk and compares it, at the end, with
// what was stored.
type chunkReader struct {
	info ObjectInfo
	next func(after uint64) (record, error)
	past func(last uint64) // called once all is read

	rest bytes.Reader // what is left of the current chunk
	last uint64       // its sequence
	read int64
	sum  hash.Hash
	err  error
}

// Read implements io.Reader.
func (c *chunkReader) Read(p []byte) (int, error) {
	for c.err == nil && c.rest.Len() == 0 {
		c.err = c.advance()
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.rest.Read(p)
	if err != nil {
		return n, fmt.Errorf("read chunk: %w", err)
	}
	return n, nil
}

// advance loads the next chunk, or returns how the object ends.
func (c *chunkReader) advance() error {
	if c.read == c.info.Bytes {
		if hex.EncodeToString(c.sum.Sum(nil)) != c.info.SHA256 {
			return c.damaged(errors.New("hash mismatch"))
		}
		if c.last > 0 {
			c.past(c.last)
		}
		return io.EOF
	}
	r, err := c.next(c.last)
	if errors.Is(err, errNoMessage) {
		return c.damaged(errors.New("chunk missing"))
	}
	if err != nil {
		return translate(err, "object store")
	}
	c.last, c.read = r.seq, c.read+int64(len(r.data))
	if c.read > c.info.Bytes {
		return c.damaged(errors.New("too many bytes"))
	}
	c.sum.Write(r.data)
	c.rest.Reset(r.data)
	return nil
}

func (c *chunkReader) damaged(cause error) error {
	return fault.Wrap(cause, fault.Internal, "The stored file %q is damaged.", c.info.Key).
		WithHint("Store it again from the original.")
}

// Close implements io.Closer.
func (c *chunkReader) Close() error {
	c.rest.Reset(nil)
	if c.err == nil {
		c.err = io.ErrClosedPipe
	}
	return nil
}
