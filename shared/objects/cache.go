package objects

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// DatabaseName is the file name of a prepared dataset in its directory,
// FramesName that of its columnar copy in its own.
const (
	DatabaseName = "data.duckdb"
	FramesName   = "frames.npz"
)

const preparedBucket = "prepared"

// Cache is the node-local copy of prepared datasets and of their columnar
// copies, each in a directory of its own that is named after its content. Safe
// for concurrent use.
type Cache struct {
	store    *bus.Objects
	dir      string
	maxBytes int64
	log      *slog.Logger

	mu      sync.Mutex // guards entries and their fields
	entries map[string]*entry
}

// entry is one directory. ready is closed when it is filled or has failed.
type entry struct {
	ready chan struct{}
	err   error
	bytes int64
	users int
	used  time.Time
	// found says that an earlier process left the directory, and that nobody has
	// looked yet whether it holds what its name says.
	found bool
}

// filled reports whether the directory is there, or has failed. Until then it is
// nobody's to remove, whoever has stopped waiting for it.
func (e *entry) filled() bool {
	select {
	case <-e.ready:
		return true
	default:
		return false
	}
}

// NewCache opens the cache in dir, which it creates. maxBytes bounds what stays
// on disk when nobody uses it; 0 means 10 GiB. What an earlier process left
// half-written is removed; what it left whole is used again, once its hash has been
// looked at.
func NewCache(b *bus.Bus, dir string, maxBytes int64, log *slog.Logger) (*Cache, error) {
	if maxBytes == 0 {
		maxBytes = 10 << 30
	}
	c := &Cache{store: b.Objects(preparedBucket), dir: dir, maxBytes: maxBytes, log: log, entries: map[string]*entry{}}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // sandboxes run as another user and must pass through
		return nil, DiskFault(err)
	}
	found, err := os.ReadDir(dir)
	if err != nil {
		return nil, DiskFault(err)
	}
	for _, f := range found {
		if strings.HasPrefix(f.Name(), "tmp-") {
			if err := os.RemoveAll(filepath.Join(dir, f.Name())); err != nil {
				return nil, DiskFault(err)
			}
			continue
		}
		for _, name := range []string{DatabaseName, FramesName} {
			if info, err := os.Stat(filepath.Join(dir, f.Name(), name)); err == nil {
				e := &entry{ready: make(chan struct{}), bytes: info.Size(), used: info.ModTime(), found: true}
				close(e.ready)
				c.entries[f.Name()] = e
			}
		}
	}
	return c, nil
}

// Dataset returns the directory that holds d's prepared database, downloading
// and verifying it first if needed. The caller calls release when no sandbox
// uses the directory any more. Faults: UNAVAILABLE when the dataset is not
// prepared or the store cannot be reached, RUNNER_RESOURCE_EXCEEDED when the
// disk is full.
func (c *Cache) Dataset(ctx context.Context, d *catalog.Dataset) (dir string, release func(), err error) {
	if d.Prepared == nil {
		return "", nil, fault.New(fault.Unavailable, "Dataset %q is not prepared yet.", d.ID).
			WithHint("Wait until it is ready; `leo dataset list` shows its state.")
	}
	p := d.Prepared
	return c.directory(ctx, artifact{object: p.Object, sum: p.SHA256, bytes: p.Bytes, file: DatabaseName})
}

// Frames returns the directory that holds d's columnar copy, in the same way. It
// fails with NOT_FOUND when the dataset has none yet.
func (c *Cache) Frames(ctx context.Context, d *catalog.Dataset) (dir string, release func(), err error) {
	if d.Prepared == nil || d.Prepared.Frames == nil {
		return "", nil, fault.New(fault.NotFound, "Dataset %q has no columnar copy yet.", d.ID)
	}
	f := d.Prepared.Frames
	return c.directory(ctx, artifact{object: f.Object, sum: f.SHA256, bytes: f.Bytes, file: FramesName})
}

// artifact is one file of the prepared bucket.
type artifact struct {
	object, sum string
	bytes       int64
	file        string // its name in its directory
}

// directory returns the directory of an artifact, filling it if needed.
func (c *Cache) directory(ctx context.Context, a artifact) (dir string, release func(), err error) {
	sum := a.sum
	c.mu.Lock()
	e, ok := c.entries[sum]
	if ok && e.found {
		e = &entry{ready: make(chan struct{}), bytes: e.bytes}
		c.entries[sum], ok = e, false
	} else if !ok {
		e = &entry{ready: make(chan struct{})}
		c.entries[sum] = e
	}
	e.users++
	e.used = time.Now()
	c.mu.Unlock()
	if !ok {
		filling, cancel := context.WithTimeout(context.WithoutCancel(ctx), fillTimeout)
		go func() {
			defer cancel()
			c.fill(filling, e, a)
		}()
	}
	select {
	case <-e.ready:
	case <-ctx.Done():
		c.release(e)
		return "", nil, ctx.Err()
	}
	if e.err != nil {
		c.release(e)
		return "", nil, e.err
	}
	var once sync.Once
	return filepath.Join(c.dir, sum), func() { once.Do(func() { c.release(e) }) }, nil
}

// fillTimeout bounds one download.
const fillTimeout = 30 * time.Minute

// Adopt moves a file that was just made on this node into the cache, so that the
// first run need not download it. Its name must be [DatabaseName] or
// [FramesName]; sum is its SHA-256.
func (c *Cache) Adopt(file, sum string, size int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.entries[sum]; ok {
		return nil
	}
	tmp, err := os.MkdirTemp(c.dir, "tmp-")
	if err != nil {
		return DiskFault(err)
	}
	name := filepath.Base(file)
	if err := os.Rename(file, filepath.Join(tmp, name)); err != nil {
		return errors.Join(DiskFault(err), os.RemoveAll(tmp))
	}
	if err := seal(tmp, name, filepath.Join(c.dir, sum)); err != nil {
		return errors.Join(err, os.RemoveAll(tmp))
	}
	e := &entry{ready: make(chan struct{}), bytes: size, used: time.Now()}
	close(e.ready)
	c.entries[sum] = e
	return nil
}

// fill brings one entry. It runs once per entry, whoever asked first; a
// failed entry is forgotten so that the next caller tries again.
func (c *Cache) fill(ctx context.Context, e *entry, a artifact) {
	size, err := c.bring(ctx, a)
	c.mu.Lock()
	e.bytes, e.err = size, err
	if err != nil {
		delete(c.entries, a.sum)
	}
	c.mu.Unlock()
	close(e.ready)
	if err == nil {
		c.evict()
	}
}

// bring uses what an earlier process left, if it is what its name says, and
// downloads it otherwise: a power cut may leave a short file under a good name, and
// a disk may change one.
func (c *Cache) bring(ctx context.Context, a artifact) (int64, error) {
	dir := filepath.Join(c.dir, a.sum)
	size, sum, err := hashFile(filepath.Join(dir, a.file))
	if err == nil && sum == a.sum {
		return size, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		c.log.WarnContext(ctx, "cached dataset is damaged and comes anew", "sha256", a.sum, "error", err)
	}
	if err := os.RemoveAll(dir); err != nil {
		return 0, DiskFault(err)
	}
	return c.download(ctx, a)
}

// hashFile returns a file's size and SHA-256.
func hashFile(path string) (size int64, sum string, err error) {
	f, err := os.Open(path) //nolint:gosec // path is made of our own directory and a constant
	if err != nil {
		return 0, "", err
	}
	h := sha256.New()
	size, err = io.Copy(h, f)
	return size, hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// download copies, verifies, seals and renames, in this order.
func (c *Cache) download(ctx context.Context, a artifact) (_ int64, err error) {
	body, _, err := c.store.Get(ctx, a.object)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, body.Close()) }()
	tmp, err := os.MkdirTemp(c.dir, "tmp-")
	if err != nil {
		return 0, DiskFault(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(tmp))
		}
	}()
	size, sum, err := writeFile(filepath.Join(tmp, a.file), body)
	if err != nil {
		return 0, DiskFault(err)
	}
	if sum != a.sum {
		return 0, fault.New(fault.Internal, "The prepared dataset in the store is damaged.").
			WithHint("Prepare it again with `leo dataset prepare`.").With("object", a.object)
	}
	return size, seal(tmp, a.file, filepath.Join(c.dir, a.sum))
}

// writeFile writes body to path and returns its size and SHA-256.
func writeFile(path string, body io.Reader) (size int64, sum string, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) //nolint:gosec // path is made of our own directory and a constant
	if err != nil {
		return 0, "", err
	}
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(f, h), body)
	return size, hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// seal makes the directory read-only for everybody and gives it its name. A
// sandbox runs as another user, so everybody may read it.
func seal(tmp, name, final string) error {
	if err := os.Chmod(filepath.Join(tmp, name), 0o444); err != nil { //nolint:gosec // sandboxes run as another user
		return DiskFault(err)
	}
	if err := os.Chmod(tmp, 0o755); err != nil { //nolint:gosec // sandboxes run as another user
		return DiskFault(err)
	}
	if err := os.Rename(tmp, final); err != nil {
		return DiskFault(err)
	}
	return nil
}

func (c *Cache) release(e *entry) {
	c.mu.Lock()
	e.users--
	e.used = time.Now()
	c.mu.Unlock()
	c.evict()
}

// evict removes the least recently used directories that nobody uses until the
// cache fits.
func (c *Cache) evict() {
	c.mu.Lock()
	defer c.mu.Unlock()
	var total int64
	for _, e := range c.entries {
		total += e.bytes
	}
	for total > c.maxBytes {
		var oldest string
		for sum, e := range c.entries {
			if e.filled() && e.users == 0 && (oldest == "" || e.used.Before(c.entries[oldest].used)) {
				oldest = sum
			}
		}
		if oldest == "" {
			return
		}
		if err := os.RemoveAll(filepath.Join(c.dir, oldest)); err != nil {
			c.log.Warn("cached dataset left behind", "sha256", oldest, "error", err)
		}
		total -= c.entries[oldest].bytes
		delete(c.entries, oldest)
	}
}
