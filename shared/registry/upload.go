package registry

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

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
	// known is the hash over all bytes where they were hashed elsewhere.
	known string
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
		return tooManyFiles()
	}
	name = BaseName(name)
	table := tableName(name, u.files)
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
func (u *Upload) content() string {
	if u.known != "" {
		return u.known
	}
	return hex.EncodeToString(u.version.Sum(nil))
}

func tooManyFiles() error {
	return fault.New(fault.PayloadTooLarge, "A dataset can have %d files at most.", MaxFiles).
		WithHint("Upload the rest as another dataset.")
}

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
	u.registry.dropFiles(ctx, old.Org, stale)
	return old, true, u.registry.Put(ctx, old)
}

// Abort removes what was stored. It is safe after a failed Add; errors are
// logged, because [Registry.Sweep] removes what is left.
func (u *Upload) Abort(ctx context.Context) {
	u.registry.dropFiles(context.WithoutCancel(ctx), u.org, u.files)
	// A failed Put may have left a partial object under the next name.
	u.files = nil
}

// BaseName is the last element of a path as a person's system writes it, without
// characters that would steer a terminal.
func BaseName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, name)
}

// tableName makes a table name from a file name, unique beside the files there
// are.
func tableName(file string, beside []catalog.File) string {
	stem := file
	for _, ext := range []string{".gz", ".zst", ".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xlsm"} {
		if strings.HasSuffix(strings.ToLower(stem), ext) {
			stem = stem[:len(stem)-len(ext)]
		}
	}
	base := strings.ReplaceAll(Slug(stem), "-", "_")
	if base[0] >= '0' && base[0] <= '9' {
		base = "t_" + base
	}
	name := base
	for n := 2; hasTable(beside, name); n++ {
		name = base + "_" + string(rune('0'+n%10))
		if n >= 10 {
			name = base + "_" + strings.ToLower(rand.Text()[:4])
		}
	}
	return name
}

func hasTable(files []catalog.File, name string) bool {
	return slices.ContainsFunc(files, func(f catalog.File) bool { return strings.EqualFold(f.Table, name) })
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
