package registry

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"path"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// MaxFiles is the number of files a dataset may have.
const MaxFiles = 64

// Upload collects the files of one new dataset version. Use it from one
// goroutine and end it with Commit or Abort.
type Upload struct {
	registry *Registry
	org      string
	key      string
	version  hash.Hash
	files    []catalog.File
}

// Begin starts an upload for org.
func (r *Registry) Begin(org string) *Upload {
	return &Upload{registry: r, org: org, key: org + "/" + strings.ToLower(rand.Text()), version: sha256.New()}
}

// Add stores one file, reading body to its end. name is what the person called
// the file; its stem becomes the table's name. The error of body is returned
// as it is; VALIDATION_ERROR means the file cannot be part of a dataset.
func (u *Upload) Add(ctx context.Context, name string, body io.Reader) error {
	if len(u.files) == MaxFiles {
		return fault.New(fault.PayloadTooLarge, "A dataset can have %d files at most.", MaxFiles).
			WithHint("Upload the rest as another dataset.")
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	table := u.tableName(name)
	key := u.key + "/" + table
	info, err := u.registry.uploads.Put(ctx, key, io.TeeReader(body, u.version))
	if err != nil {
		return err
	}
	u.files = append(u.files, catalog.File{Name: name, Table: table, Bytes: info.Bytes, SHA256: info.SHA256, Object: key})
	if info.Bytes == 0 {
		return fault.New(fault.Validation, "The file %q is empty.", name).
			WithHint("Upload a file with a header line and at least one row.")
	}
	return nil
}

// Read says how the file that was added last is read. Faults are VALIDATION_ERROR
// with the path of the option.
func (u *Upload) Read(o catalog.ReadOptions) error {
	if err := o.Validate(); err != nil || len(u.files) == 0 || o.IsZero() {
		return err
	}
	f := &u.files[len(u.files)-1]
	f.Options = map[string]catalog.ReadOptions{f.Table: o}
	return nil
}

// Version is the version that the files added so far, in order, make
// ([catalog.VersionOf]).
func (u *Upload) Version() string { return catalog.VersionOf(u.content(), u.files) }

// content is the hash over all bytes added so far, in order.
func (u *Upload) content() string { return hex.EncodeToString(u.version.Sum(nil)) }

// Files are the files added so far.
func (u *Upload) Files() []catalog.File { return u.files }

// Commit makes the upload the newest version of dataset d.ID; it fills Org,
// Version, Files, State and CreatedAt. When that version is already there the
// new bytes are dropped and the existing record is returned with created false.
func (u *Upload) Commit(ctx context.Context, d catalog.Dataset) (_ *catalog.Dataset, created bool, err error) {
	if len(u.files) == 0 {
		return nil, false, fault.New(fault.Validation, "There is no file in this upload.").
			WithHint("Send at least one file part named \"file\".")
	}
	d.Org, d.Files, d.State, d.CreatedAt = u.org, u.files, catalog.Registered, time.Now().UTC()
	if d.Version = u.Version(); d.Version != u.content() {
		d.Content = u.content()
	}
	if d.ID == "" {
		d.ID = Slug(u.files[0].Table)
	}
	if d.Title == "" {
		d.Title = titleOf(d.ID)
	}
	if old, err := u.registry.Version(ctx, u.org, d.ID, d.Version); err == nil {
		return u.again(ctx, old)
	} else if fault.CodeOf(err) != fault.NotFound {
		return nil, false, err
	}
	if err := u.registry.Put(ctx, &d); err != nil {
		return nil, false, err
	}
	return &d, true, nil
}

// again settles an upload of bytes that are there already: they are dropped,
// unless the version failed, which the new copy repairs.
func (u *Upload) again(ctx context.Context, old *catalog.Dataset) (*catalog.Dataset, bool, error) {
	if old.State != catalog.Failed {
		u.Abort(ctx)
		return old, false, u.registry.Put(ctx, old)
	}
	stale := old.Files
	err := u.registry.Update(ctx, old.Org, old.ID, old.Version, func(d *catalog.Dataset) error {
		d.Files, d.State, d.Fault = u.files, catalog.Registered, nil
		*old = *d
		return nil
	})
	if err != nil {
		return nil, false, err
	}
	if err := u.registry.dropUnshared(ctx, old.Org, old.ID, stale); err != nil {
		return nil, false, err
	}
	return old, true, u.registry.Put(ctx, old)
}

// Abort removes what was stored. It is safe after a failed Add; errors are
// logged, because [Registry.Sweep] removes what is left.
func (u *Upload) Abort(ctx context.Context) {
	u.registry.dropFiles(context.WithoutCancel(ctx), u.files)
	// A failed Put may have left a partial object under the next name.
	u.files = nil
}

// Open returns the bytes of one uploaded file.
func (r *Registry) Open(ctx context.Context, f catalog.File) (io.ReadCloser, error) {
	body, _, err := r.uploads.Get(ctx, f.Object)
	return body, err
}

// Sweep removes what interrupted uploads and deletions left behind and is older
// than age: versions that nothing points at, and uploaded objects that no record
// names. It returns how many.
func (r *Registry) Sweep(ctx context.Context, age time.Duration) (int, error) {
	entries, err := r.records.List(ctx, "")
	if err != nil {
		return 0, err
	}
	used, pointed, n := map[string]bool{}, map[string]bool{}, 0
	for _, e := range entries {
		if strings.Count(e.Key, ".") == 1 {
			pointed[e.Key] = true
		}
	}
	for _, e := range entries {
		if strings.Count(e.Key, ".") != 2 {
			continue
		}
		d, err := decode(e)
		if err != nil {
			return n, err
		}
		if !pointed[pointerKey(d.Org, d.ID)] && time.Since(d.CreatedAt) >= age {
			if err := r.forget(ctx, d); err != nil {
				return n, err
			}
			n++
			continue
		}
		for _, f := range d.Files {
			used[f.Object] = true
		}
	}
	objects, err := r.uploads.List(ctx, "")
	if err != nil {
		return n, err
	}
	for _, o := range objects {
		if used[o.Key] || time.Since(o.ModTime) < age {
			continue
		}
		if err := r.uploads.Delete(ctx, o.Key); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (r *Registry) dropFiles(ctx context.Context, files []catalog.File) {
	for _, f := range files {
		if err := r.uploads.Delete(ctx, f.Object); err != nil && fault.CodeOf(err) != fault.NotFound {
			r.log.WarnContext(ctx, "uploaded file left behind", "object", f.Object, "error", err)
		}
	}
}

// tableName makes a table name from a file name, unique within the upload.
func (u *Upload) tableName(file string) string {
	stem := file
	for _, ext := range []string{".gz", ".zst", ".csv", ".tsv", ".txt"} {
		if strings.HasSuffix(strings.ToLower(stem), ext) {
			stem = stem[:len(stem)-len(ext)]
		}
	}
	base := strings.ReplaceAll(Slug(stem), "-", "_")
	if base[0] >= '0' && base[0] <= '9' {
		base = "t_" + base
	}
	name := base
	for n := 2; u.hasTable(name); n++ {
		name = base + "_" + string(rune('0'+n%10))
		if n >= 10 {
			name = base + "_" + strings.ToLower(rand.Text()[:4])
		}
	}
	return name
}

func (u *Upload) hasTable(name string) bool {
	for _, f := range u.files {
		if f.Table == name {
			return true
		}
	}
	return false
}

// Slug turns any text into a valid dataset id.
func Slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		if b.Len() == 60 {
			break
		}
	}
	out := strings.Trim(b.String(), "_")
	if out == "" {
		return "data"
	}
	return out
}

func titleOf(id string) string {
	words := strings.ReplaceAll(id, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}
