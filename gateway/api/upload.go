package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/intake"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// maxFormField bounds the form's text fields.
const maxFormField = 4 << 10

// uploadForm is what the form said besides the files.
type uploadForm struct{ id, title string }

// uploadDataset stores the files of a form as a new dataset, or as a new version
// of an existing one. Files go from the socket to the store piece by piece;
// nothing is visible until all of it is there, and nothing stays if it fails.
func (c *call) uploadDataset() error {
	boundary, err := c.formBoundary()
	if err != nil {
		return err
	}
	if n := int64(c.Request().Header.ContentLength()); n > c.s.cfg.MaxUploadBytes {
		return c.tooLarge()
	}
	body := c.body(c.s.cfg.MaxUploadBytes, c.tooLarge())
	if body.in == nil {
		return fault.New(fault.Validation, "The request has no body.").WithHint("Send the files as multipart/form-data.")
	}
	up := c.s.deps.Datasets.Begin(c.who.Org)
	committed := false
	defer func() {
		if !committed {
			up.Abort(context.WithoutCancel(c.ctx))
		}
	}()
	form, err := c.readForm(multipart.NewReader(body, boundary), up)
	if err != nil {
		return err
	}
	_, _ = io.CopyN(io.Discard, body, maxFormField) // what follows the form is nobody's
	c.consumed = body.ended
	d, err := c.target(form, up)
	if err != nil {
		return err
	}
	if err := c.uploaded(d.ID, registry.ModeNew, up); err != nil {
		return err
	}
	stored, created, err := up.Commit(c.ctx, d)
	if err != nil {
		return err
	}
	committed = true
	c.Set(fiber.HeaderLocation, "/api/v1/datasets/"+stored.ID)
	if created {
		return c.json(fiber.StatusAccepted, summarize(stored))
	}
	return c.json(fiber.StatusOK, summarize(stored))
}

func (c *call) formBoundary() (string, error) {
	if err := c.wantType(fiber.MIMEMultipartForm); err != nil {
		return "", err
	}
	boundary := string(c.Request().Header.MultipartFormBoundary())
	if boundary == "" {
		return "", fault.New(fault.Validation, "The form's Content-Type names no boundary.").
			WithHint("Let the HTTP client set the Content-Type of a form.")
	}
	return boundary, nil
}

func (c *call) tooLarge() error {
	return fault.New(fault.PayloadTooLarge, "The upload is larger than %d MiB.", c.s.cfg.MaxUploadBytes>>20).
		WithHint("Split it, or ask an administrator to raise the limit.").With("max_bytes", c.s.cfg.MaxUploadBytes)
}

// readForm reads the form to its end, storing files as they come.
func (c *call) readForm(parts *multipart.Reader, up *registry.Upload) (uploadForm, error) {
	var form uploadForm
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil {
			return form, formError(err)
		}
		switch name := part.FormName(); name {
		case "file":
			err = c.storeFile(part, up)
		case "id":
			form.id, err = formText(part)
		case "title":
			form.title, err = formText(part)
		default:
			err = unknownPart(name)
		}
		if err != nil {
			return form, err
		}
	}
}

func (c *call) storeFile(part *multipart.Part, up *registry.Upload) error {
	if part.FileName() == "" {
		return fault.New(fault.Validation, "A file of this form has no name.").
			WithHint("Send each file with its file name; it becomes the table's name.").With("path", "file")
	}
	if err := up.Add(c.ctx, part.FileName(), whole{part}); err != nil {
		return formError(err)
	}
	return nil
}

// whole is a part that ends with a fault when the form breaks off in it. Half a
// file must never look like a file.
type whole struct{ in io.Reader }

// Read implements [io.Reader].
func (w whole) Read(p []byte) (int, error) {
	n, err := w.in.Read(p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		// Not wrapped: readers take this error for an ordinary end.
		return n, brokenBody(nil)
	}
	return n, err
}

func formText(part *multipart.Part) (string, error) {
	text, err := io.ReadAll(io.LimitReader(part, maxFormField+1))
	if err != nil {
		return "", formError(err)
	}
	if len(text) > maxFormField {
		return "", fault.New(fault.PayloadTooLarge, "The field %q is longer than %d bytes.", part.FormName(), maxFormField).
			WithHint("Make it shorter.").With("path", part.FormName())
	}
	return string(text), nil
}

// formError keeps a fault as it is; anything else means that the form broke off.
func formError(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) || errors.Is(err, context.Canceled) {
		return err
	}
	return brokenBody(err)
}

func unknownPart(name string) error {
	f := fault.New(fault.Validation, "There is no field %q in this form.", shorten(name)).With("path", shorten(name))
	if near := catalog.Nearest(name, []string{"file", "id", "title"}); near != "" {
		return f.WithHint("Did you mean %q?", near).With("did_you_mean", near)
	}
	return f.WithHint("The fields are: file, id, title.")
}

// target decides which dataset the upload becomes a version of. A dataset that
// comes with Leo, or is somebody else's, is not overwritten: by name that is
// refused, and without one another name is found.
func (c *call) target(form uploadForm, up *registry.Upload) (catalog.Dataset, error) {
	d := catalog.Dataset{ID: form.id, Title: form.title, Owner: c.who.User, UploadedBy: c.who.User}
	if form.id != "" && !registry.ValidID(form.id) {
		return d, fault.New(fault.Validation, "%q cannot be the id of a dataset.", shorten(form.id)).
			WithHint("Use 1 to 64 lower-case letters, digits, '-' and '_', beginning with a letter or digit.").With("path", "id")
	}
	if len(up.Files()) == 0 {
		return d, nil // Commit refuses it
	}
	base := form.id
	if base == "" {
		base = registry.Slug(up.Files()[0].Table)
	}
	for n := 1; ; n++ {
		d.ID = base
		if n > 1 {
			d.ID = fmt.Sprintf("%s_%d", base, n)
		}
		old, err := c.s.deps.Datasets.Get(c.ctx, c.who.Org, d.ID)
		switch {
		case fault.CodeOf(err) == fault.NotFound:
			return d, nil
		case err != nil:
			return d, err
		case old.Version == up.Version():
			return d, nil // the same bytes: it is that dataset, whoever's
		case c.mayReplace(old):
			return inherit(d, old), nil
		case form.id != "":
			return d, fault.New(fault.Forbidden, "The dataset %q is not yours.", form.id).
				WithHint("Upload it under another id.").With("path", "id")
		}
	}
}

// uploaded puts on record that the caller makes a version of a dataset.
func (c *call) uploaded(id string, mode registry.Mode, up *registry.Upload) error {
	type file struct {
		Name   string `json:"name"`
		Bytes  int64  `json:"bytes"`
		SHA256 string `json:"sha256"`
	}
	detail := struct {
		Mode    registry.Mode `json:"mode"`
		Version string        `json:"version"`
		Files   []file        `json:"files"`
	}{Mode: mode, Version: up.Version()}
	for _, f := range up.Files() {
		detail.Files = append(detail.Files, file{f.Name, f.Bytes, f.SHA256})
	}
	return c.s.deps.Acts.Record(c.ctx, c.who, audit.ActUploaded, id, "", detail)
}

func (c *call) mayReplace(old *catalog.Dataset) bool { return intake.MayReplace(c.who, old) }

// inherit carries over what people said about the dataset before.
func inherit(d catalog.Dataset, old *catalog.Dataset) catalog.Dataset {
	if d.Title == "" {
		d.Title = old.Title
	}
	d.Description, d.Prompts, d.Owner = old.Description, old.Prompts, old.Owner
	return d
}

// body is the request's body, at most most bytes of it.
func (c *call) body(most int64, full error) *bounded {
	return &bounded{
		in: c.Context().RequestBodyStream(), left: most, full: full,
		conn: c.Context().Conn(), patience: c.s.cfg.ReadTimeout,
	}
}

// bounded is an upload's body: it ends with a fault when it gets too large, and
// gives each piece its own time to arrive.
type bounded struct {
	in       io.Reader
	left     int64
	full     error
	conn     net.Conn
	patience time.Duration
	ended    bool

	mu  sync.Mutex // guards the connection's deadline and off
	off bool
}

// cut makes reading fail, now and later.
func (b *bounded) cut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.off = true
	_ = b.conn.SetReadDeadline(time.Unix(1, 0)) // a closed connection is cut, too
}

// wait gives the next read its time.
func (b *bounded) wait() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.off {
		return errCut
	}
	return b.conn.SetReadDeadline(time.Now().Add(b.patience))
}

// errCut ends the body of a request that another one took the place of.
var errCut = errors.New("another request took over")

// Read implements [io.Reader].
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, b.full
	}
	if err := b.wait(); err != nil {
		return 0, err
	}
	// One byte more than allowed tells a body that is too large from one that
	// just fits.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.in.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, b.full
	}
	b.ended = errors.Is(err, io.EOF)
	return n, err
}
