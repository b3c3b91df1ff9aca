package registry

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

const (
	// PartBytes is the largest piece that is stored as one object, and the
	// largest a client may send with a checksum.
	PartBytes = 16 << 20
	// MinPart is the least that is kept of a piece that breaks off, and the least
	// a client may send at once, the end of a file excepted: it bounds the number
	// of pieces.
	MinPart = 1 << 20
)

// Piece is some of a file's bytes.
type Piece struct {
	// Offset is where they belong: where the file has come to, or it is refused.
	Offset int64
	// Length is how many they are, -1 if unknown.
	Length int64
	// SHA256 is their checksum, or nil.
	SHA256 []byte
	Body   io.Reader
}

// Append adds a piece to a file of a session. It is stored in parts as it
// arrives, so that what came before a cut connection or the death of this
// process stays; the returned file says how far it has come, also beside an
// error. A piece with a checksum counts whole or not at all. Of several writers
// one goes on and the others get CONFLICT. Faults: CONFLICT (details: offset),
// NOT_FOUND, VALIDATION_ERROR, PAYLOAD_TOO_LARGE; the error of p.Body as it is.
func (r *Registry) Append(ctx context.Context, s *Session, fileID string, p Piece) (SessionFile, error) {
	w := &appender{r: r, s: s, piece: p, body: bufio.NewReaderSize(p.Body, 64<<10)}
	if err := w.load(ctx, fileID); err != nil {
		return w.file, err
	}
	if err := w.check(); err != nil {
		return w.file, err
	}
	for {
		if _, err := w.body.Peek(1); errors.Is(err, io.EOF) {
			return w.file, nil
		} else if err != nil {
			return w.file, err
		}
		if w.file.Whole() {
			return w.file, tooMuch(w.file)
		}
		if err := w.part(ctx); err != nil {
			return w.file, err
		}
	}
}

// appender is one piece on its way into the store.
type appender struct {
	r        *Registry
	s        *Session
	piece    Piece
	body     *bufio.Reader
	file     SessionFile
	revision uint64
	sum      hash.Hash
}

func (w *appender) load(ctx context.Context, fileID string) error {
	if !ValidID(fileID) {
		return noSession()
	}
	e, err := w.r.sessions.Get(ctx, fileKey(w.s.Org, w.s.ID, fileID))
	if fault.CodeOf(err) == fault.NotFound {
		return noSession()
	}
	if err != nil {
		return err
	}
	w.revision = e.Revision
	if w.file, err = decodeFile(e); err != nil {
		return err
	}
	w.sum = sha256.New()
	if len(w.file.Sum) > 0 {
		restore, _ := w.sum.(encoding.BinaryUnmarshaler) // documented of crypto/sha256
		if err := restore.UnmarshalBinary(w.file.Sum); err != nil {
			return fmt.Errorf("hash of upload: %w", err)
		}
	}
	return nil
}

// check refuses what cannot be part of the file, before it is read.
func (w *appender) check() error {
	left := w.file.Bytes - w.file.Offset
	switch n := w.piece.Length; {
	case w.s.Made != nil:
		return fault.New(fault.Conflict, "This upload is complete.").WithHint("Begin another one.")
	case w.piece.Offset != w.file.Offset:
		return wrongOffset(w.file)
	case n > left:
		return tooMuch(w.file)
	case n >= 0 && n < min(MinPart, left):
		return fault.New(fault.Validation, "A piece of %d bytes is too small.", n).
			WithHint("Send at least %d bytes at once, or the rest of the file.", MinPart).With("min_bytes", MinPart)
	case w.piece.SHA256 != nil && (n < 0 || n > PartBytes):
		return fault.New(fault.PayloadTooLarge, "A piece with a checksum can have %d MiB at most, and says its length.", PartBytes>>20).
			WithHint("Send smaller pieces.").With("max_bytes", PartBytes)
	}
	return nil
}

func wrongOffset(f SessionFile) error {
	return fault.New(fault.Conflict, "The file has come to byte %d.", f.Offset).
		WithHint("Go on from there.").With("offset", f.Offset)
}

func tooMuch(f SessionFile) error {
	return fault.New(fault.Validation, "There are more bytes than the %d that were announced for %q.", f.Bytes, f.Name).
		WithHint("If the file has changed, cancel its upload and begin it again.")
}

// part stores the next part of the piece and makes it count.
func (w *appender) part(ctx context.Context) error {
	name := token()[:12]
	key := w.s.stem(w.file) + "/" + name
	own := sha256.New()
	cut := &cutReader{in: io.LimitReader(w.body, min(PartBytes, w.file.Bytes-w.file.Offset))}
	info, err := w.r.uploads.Put(ctx, key, io.TeeReader(cut, io.MultiWriter(w.sum, own)))
	if err != nil {
		return err
	}
	if err = w.accept(info.Bytes, own, cut.err); err == nil {
		err = w.count(ctx, name, info.Bytes)
	}
	if err != nil {
		w.drop(ctx, key)
		return err
	}
	return cut.err
}

// accept decides whether n bytes that ended with broken are worth keeping.
func (w *appender) accept(n int64, own hash.Hash, broken error) error {
	if w.piece.SHA256 != nil {
		if broken != nil {
			return broken
		}
		if !bytes.Equal(own.Sum(nil), w.piece.SHA256) {
			return fault.New(fault.Validation, "The piece is not what its checksum says.").
				WithHint("It was damaged on its way. Send it again.").With("offset", w.file.Offset)
		}
	}
	if n >= MinPart || w.file.Offset+n == w.file.Bytes {
		return nil
	}
	if broken != nil {
		return broken
	}
	if w.piece.Length > PartBytes { // its last part may be any size
		return nil
	}
	return fault.New(fault.Validation, "A piece of %d bytes is too small.", n).
		WithHint("Send at least %d bytes at once, or the rest of the file.", MinPart).With("min_bytes", MinPart)
}

// count makes the part the next of the file, unless somebody else was faster.
func (w *appender) count(ctx context.Context, name string, n int64) error {
	next := w.file
	next.Offset += n
	next.Parts = append(next.Parts[:len(next.Parts):len(next.Parts)], name)
	next.UpdatedAt = time.Now().UTC()
	if next.Whole() {
		next.Sum, next.SHA256 = nil, hex.EncodeToString(w.sum.Sum(nil))
	} else {
		state, _ := w.sum.(encoding.BinaryMarshaler) // documented of crypto/sha256
		var err error
		if next.Sum, err = state.MarshalBinary(); err != nil {
			return fmt.Errorf("hash of upload: %w", err)
		}
	}
	value, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("encode file of upload: %w", err)
	}
	// The part is there: a client that goes away now must not undo it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	revision, err := w.r.sessions.Update(ctx, fileKey(w.s.Org, w.s.ID, next.ID), value, w.revision)
	switch fault.CodeOf(err) {
	case "":
		w.file, w.revision = next, revision
		return nil
	case fault.Conflict:
		if loadErr := w.load(ctx, next.ID); loadErr != nil {
			return loadErr
		}
		return wrongOffset(w.file)
	}
	return err
}

func (w *appender) drop(ctx context.Context, key string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	if err := w.r.uploads.Delete(ctx, key); err != nil {
		w.r.log.WarnContext(ctx, "part of an upload left behind", "object", key, "error", err)
	}
}

// cutReader ends like a file where its input breaks off, and keeps why.
type cutReader struct {
	in  io.Reader
	err error
}

// Read implements [io.Reader].
func (c *cutReader) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err, err = err, io.EOF
	}
	return n, err
}

// Complete makes a session a dataset version. decide gets what the files are and
// their version, and names the dataset. A session that is complete already
// yields the version it became, so that a repeated request is harmless. Faults:
// CONFLICT when a file is not whole, VALIDATION_ERROR without files.
func (r *Registry) Complete(ctx context.Context, s *Session, decide func(up *Upload) (catalog.Dataset, error)) (*catalog.Dataset, bool, error) {
	if s.Made != nil {
		d, err := r.Version(ctx, s.Org, s.Made.ID, s.Made.Version)
		return d, false, err
	}
	for _, f := range s.Files {
		if !f.Whole() {
			return nil, false, fault.New(fault.Conflict, "%q is not here yet: %d of %d bytes are.", f.Name, f.Offset, f.Bytes).
				WithHint("Send the rest, or take the file out of the upload.").With("file", f.ID).With("offset", f.Offset)
		}
	}
	up, err := r.gather(ctx, s)
	if err != nil {
		return nil, false, err
	}
	d, err := decide(up)
	if err != nil {
		return nil, false, err
	}
	made, created, err := up.Commit(ctx, d)
	if err != nil {
		return nil, false, err
	}
	r.settle(ctx, s, made)
	return made, created, nil
}

// gather makes an upload of the session's files, after those of the dataset it
// adds to, and finds out its version.
func (r *Registry) gather(ctx context.Context, s *Session) (*Upload, error) {
	up := r.Begin(s.Org)
	if s.Mode == ModeAdd {
		old, err := r.Get(ctx, s.Org, s.DatasetID)
		if err != nil {
			return nil, err
		}
		up.files = append(up.files, old.Files...)
	}
	for _, f := range s.Files {
		file := s.stored(f)
		file.Table = tableName(file.Name, up.files)
		up.files = append(up.files, file)
	}
	if len(up.files) > MaxFiles {
		return nil, tooManyFiles()
	}
	if len(up.files) == 1 {
		up.known = up.files[0].SHA256 // the hash over all bytes is that of the file
		return up, nil
	}
	for _, f := range up.files {
		if err := r.hashInto(ctx, up.version, f); err != nil {
			return nil, err
		}
	}
	return up, nil
}

func (r *Registry) hashInto(ctx context.Context, sum hash.Hash, f catalog.File) error {
	body, err := r.Open(ctx, f)
	if err != nil {
		return err
	}
	_, err = io.Copy(sum, body)
	return errors.Join(err, body.Close())
}

// settle notes what a session became. Until the sweep it answers repeated
// requests with that.
func (r *Registry) settle(ctx context.Context, s *Session, d *catalog.Dataset) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	s.Made = &PrepareTask{ID: d.ID, Version: d.Version}
	value, err := json.Marshal(s)
	if err == nil {
		_, err = r.sessions.Put(ctx, sessionKey(s.Org, s.ID), value)
	}
	for _, f := range s.Files {
		if err == nil {
			err = r.sessions.Delete(ctx, fileKey(s.Org, s.ID, f.ID))
		}
	}
	if err != nil {
		r.log.WarnContext(ctx, "completed upload left behind", "org", s.Org, "upload", s.ID, "error", err)
	}
}
