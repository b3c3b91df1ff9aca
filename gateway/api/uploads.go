package api

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/intake"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// The headers of the tus protocol, version 1.0.0, and one of our own: who sends.
const (
	tusVersion     = "1.0.0"
	tusResumable   = "Tus-Resumable"
	uploadOffset   = "Upload-Offset"
	uploadLength   = "Upload-Length"
	uploadMetadata = "Upload-Metadata"
	uploadChecksum = "Upload-Checksum"
	uploadExpires  = "Upload-Expires"
	uploadWriter   = "Upload-Writer"
	tusPiece       = "application/offset+octet-stream"
)

// uploadDetail is an upload as clients see it.
type uploadDetail struct {
	ID        string        `json:"id"`
	Mode      registry.Mode `json:"mode"`
	Title     string        `json:"title,omitempty"`
	DatasetID string        `json:"dataset_id,omitempty"`
	User      string        `json:"user"`
	CreatedAt time.Time     `json:"created_at"`
	// ExpiresAt is when it ends unless somebody adds to it.
	ExpiresAt time.Time `json:"expires_at"`
	// Bytes were announced, Received of them are here.
	Bytes    int64        `json:"bytes"`
	Received int64        `json:"received"`
	Files    []uploadFile `json:"files"`
	// Complete says that it has become DatasetID.
	Complete bool `json:"complete"`
}

type uploadFile struct {
	ID          string `json:"id"`
	Name        string `json:"name"`
	Bytes       int64  `json:"bytes"`
	Received    int64  `json:"received"`
	Fingerprint string `json:"fingerprint,omitempty"`
	SHA256      string `json:"sha256,omitempty"`
}

func describeUpload(s *registry.Session) uploadDetail {
	d := uploadDetail{
		ID: s.ID, Mode: s.Mode, Title: s.Title, DatasetID: s.DatasetID, User: s.User,
		CreatedAt: s.CreatedAt, ExpiresAt: s.TouchedAt().Add(intake.IdleAfter), Files: []uploadFile{},
	}
	if s.Made != nil {
		d.Complete, d.DatasetID = true, s.Made.ID
	}
	for _, f := range s.Files {
		d.Bytes, d.Received = d.Bytes+f.Bytes, d.Received+f.Offset
		d.Files = append(d.Files, uploadFile{
			ID: f.ID, Name: f.Name, Bytes: f.Bytes, Received: f.Offset, Fingerprint: f.Fingerprint, SHA256: f.SHA256,
		})
	}
	return d
}

func (c *call) listUploads() error {
	all, err := c.s.deps.Intake.List(c.ctx, c.who)
	if err != nil {
		return err
	}
	list := []uploadDetail{}
	for _, s := range all {
		list = append(list, describeUpload(s))
	}
	return c.json(fiber.StatusOK, struct {
		Uploads []uploadDetail `json:"uploads"`
	}{list})
}

func (c *call) beginUpload() error {
	var req intake.Request
	if err := c.decode(&req); err != nil {
		return err
	}
	s, err := c.s.deps.Intake.Begin(c.ctx, c.who, req)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, "/api/v1/uploads/"+s.ID)
	return c.json(fiber.StatusCreated, describeUpload(s))
}

func (c *call) getUpload() error {
	s, err := c.s.deps.Intake.Get(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, describeUpload(s))
}

func (c *call) closeUpload() error {
	if err := c.s.deps.Intake.Close(c.ctx, c.who, c.thing()); err != nil {
		return err
	}
	c.Status(fiber.StatusNoContent)
	return nil
}

// completeUpload makes the upload a dataset version; the answer is the one of an
// upload in one request.
func (c *call) completeUpload() error {
	d, created, err := c.s.deps.Intake.Complete(c.ctx, c.who, c.thing(), func(s *registry.Session, up *registry.Upload) (catalog.Dataset, error) {
		d, err := c.target(uploadForm{id: s.DatasetID, title: s.Title}, up)
		if err != nil || len(up.Files()) == 0 {
			return d, err
		}
		return d, c.uploaded(d.ID, s.Mode, up)
	})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, "/api/v1/datasets/"+d.ID)
	if created {
		return c.json(fiber.StatusAccepted, summarize(d))
	}
	return c.json(fiber.StatusOK, summarize(d))
}

// addUploadFile is tus's creation: the length and the name are in headers.
func (c *call) addUploadFile() error {
	if err := c.tus(); err != nil {
		return err
	}
	length, err := c.bytesIn(uploadLength)
	if err != nil {
		return err
	}
	meta, err := metadata(c.Get(uploadMetadata))
	if err != nil {
		return err
	}
	name := meta["filename"]
	if name == "" {
		name = meta["name"]
	}
	s, f, err := c.s.deps.Intake.AddFile(c.ctx, c.who, c.thing(), intake.File{Name: name, Bytes: length, Fingerprint: meta["fingerprint"]})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, "/api/v1/uploads/"+s.ID+"/files/"+f.ID)
	c.Set(uploadOffset, "0")
	c.Status(fiber.StatusCreated)
	return nil
}

// uploadOffset says how far a file has come.
func (c *call) uploadOffset() error {
	if err := c.tus(); err != nil {
		return err
	}
	s, err := c.s.deps.Intake.Get(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	f := s.File(c.Params("file"))
	if f == nil {
		return fault.New(fault.NotFound, "There is no such file in this upload.").WithHint("Ask for the upload to see its files.")
	}
	c.progress(*f)
	c.Set(uploadExpires, s.TouchedAt().Add(intake.IdleAfter).UTC().Format(http.TimeFormat))
	c.Status(fiber.StatusOK)
	return nil
}

// progress puts how far a file has come into the headers.
func (c *call) progress(f registry.SessionFile) {
	c.Set(uploadOffset, strconv.FormatInt(f.Offset, 10))
	c.Set(uploadLength, strconv.FormatInt(f.Bytes, 10))
}

// appendUpload stores a piece of a file. How far the file has come is in the
// headers of every answer that got as far as the file, also of one that refuses.
func (c *call) appendUpload() error {
	if err := c.tus(); err != nil {
		return err
	}
	if err := c.wantType(tusPiece); err != nil {
		return err
	}
	offset, err := c.bytesIn(uploadOffset)
	if err != nil {
		return err
	}
	sum, err := checksum(c.Get(uploadChecksum))
	if err != nil {
		return err
	}
	body := c.body(c.s.cfg.MaxUploadBytes, c.tooLarge())
	length := int64(max(c.Request().Header.ContentLength(), -1))
	if body.in == nil {
		body.in, length = strings.NewReader(""), 0
	}
	f, err := c.s.deps.Intake.Append(c.ctx, c.who, c.thing(), c.Params("file"), intake.Piece{
		Piece:  registry.Piece{Offset: offset, Length: length, SHA256: sum, Body: body},
		Writer: c.Get(uploadWriter), Cut: body.cut,
	})
	c.consumed = body.ended
	if f.ID != "" {
		c.progress(f)
	}
	if err != nil {
		return formError(err)
	}
	c.Status(fiber.StatusNoContent)
	return nil
}

func (c *call) dropUploadFile() error {
	if err := c.tus(); err != nil {
		return err
	}
	if err := c.s.deps.Intake.DropFile(c.ctx, c.who, c.thing(), c.Params("file")); err != nil {
		return err
	}
	c.Status(fiber.StatusNoContent)
	return nil
}

// tus checks the protocol's version, which clients of our own need not send.
func (c *call) tus() error {
	c.Set(tusResumable, tusVersion)
	if v := c.Get(tusResumable); v != "" && v != tusVersion {
		c.Set("Tus-Version", tusVersion)
		return fault.New(fault.Validation, "Version %s of the tus protocol is not spoken here.", shorten(v)).
			WithHint("Use version %s.", tusVersion)
	}
	return nil
}

// bytesIn reads a header that holds a number of bytes.
func (c *call) bytesIn(header string) (int64, error) {
	n, err := strconv.ParseInt(c.Get(header), 10, 64)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Validation, "The header %s is not a number of bytes.", header).
			WithHint("Send it as a whole number.").With("path", header)
	}
	return n, nil
}

// metadata reads Upload-Metadata: pairs of a name and a value in base64,
// separated by commas.
func metadata(header string) (map[string]string, error) {
	out := map[string]string{}
	for pair := range strings.SplitSeq(header, ",") {
		name, encoded, _ := strings.Cut(strings.TrimSpace(pair), " ")
		value, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return nil, fault.Wrap(err, fault.Validation, "The header %s cannot be read.", uploadMetadata).
				WithHint("Write each pair as: name, a space, the value in base64.").With("path", uploadMetadata)
		}
		out[name] = string(value)
	}
	return out, nil
}

// checksum reads Upload-Checksum; nil when there is none.
func checksum(header string) ([]byte, error) {
	if header == "" {
		return nil, nil
	}
	algorithm, encoded, _ := strings.Cut(header, " ")
	sum, err := base64.StdEncoding.DecodeString(encoded)
	if algorithm != "sha256" || err != nil || len(sum) != 32 {
		return nil, fault.New(fault.Validation, "The header %s cannot be read.", uploadChecksum).
			WithHint("Write: sha256, a space, the hash in base64.").With("path", uploadChecksum)
	}
	return sum, nil
}
