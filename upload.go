package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/gateway/intake"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// pieceBytes is how much of a file goes in one request: the most that may come
// with a checksum.
const pieceBytes = registry.PartBytes

// sending is an upload in pieces: it survives a lost connection, a server that
// restarts and, when the same command is given again, the end of this process.
type sending struct {
	cl     *client
	files  []sent
	bar    *statusLine
	writer string
	piece  []byte
	pace   pace
}

// sent is a file on its way.
type sent struct {
	path  string
	print string
	bytes int64
}

// sessionOf is an unfinished upload as the API describes it.
type sessionOf struct {
	ID        string `json:"id"`
	Mode      string `json:"mode"`
	Title     string `json:"title"`
	DatasetID string `json:"dataset_id"`
	Bytes     int64  `json:"bytes"`
	Received  int64  `json:"received"`
	Files     []struct {
		ID          string `json:"id"`
		Received    int64  `json:"received"`
		Fingerprint string `json:"fingerprint"`
	} `json:"files"`
}

// needPieces reports whether a file is too large to be sent again from the
// beginning.
func needPieces(paths []string) (bool, error) {
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return false, fileFault(p, err)
		}
		if info.Size() > pieceBytes {
			return true, nil
		}
	}
	return false, nil
}

func fileFault(path string, err error) error {
	return fault.Wrap(err, fault.Validation, "The file %s cannot be read.", path).WithHint("Check its permissions, and that it is still there.")
}

// uploadInPieces sends files as one dataset, going on where an earlier command
// with the same arguments stopped. An interruption leaves what arrived on the
// server.
func (a *app) uploadInPieces(ctx context.Context, cl *client, id, title string, paths []string, out any) error {
	s := &sending{cl: cl, bar: a.statusLine(), piece: make([]byte, pieceBytes)}
	defer s.bar.clear()
	for _, p := range paths {
		f, err := fingerprint(p)
		if err != nil {
			return err
		}
		s.files = append(s.files, f)
	}
	s.writer = s.files[0].print
	up, err := s.begin(ctx, a, id, title)
	if err != nil {
		return err
	}
	if err := s.sendAll(ctx, up); err != nil {
		if fault.CodeOf(err) == fault.Cancelled {
			return fault.Wrap(err, fault.Cancelled, "Stopped.").
				WithHint("What was sent is kept for a day: give the same command again, and it goes on from there.")
		}
		return err
	}
	s.bar.show("Checking what arrived")
	return s.patiently(ctx, func() error {
		return cl.call(ctx, http.MethodPost, "/api/v1/uploads/"+url.PathEscape(up.ID)+"/complete", nil, out)
	})
}

// fingerprint recognises a file: another size or time of change makes it another.
func fingerprint(path string) (sent, error) {
	whole, err := filepath.Abs(path)
	if err != nil {
		return sent{}, fileFault(path, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return sent{}, fileFault(path, err)
	}
	host, _ := os.Hostname() // without one, the path alone has to do
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%d", host, whole, info.Size(), info.ModTime().UnixNano()))
	return sent{path: path, print: "file:" + hex.EncodeToString(sum[:16]), bytes: info.Size()}, nil
}

// begin finds the unfinished upload of these files, or announces one.
func (s *sending) begin(ctx context.Context, a *app, id, title string) (*sessionOf, error) {
	var list struct {
		Uploads []sessionOf `json:"uploads"`
	}
	if err := s.cl.call(ctx, http.MethodGet, "/api/v1/uploads", nil, &list); err != nil {
		return nil, err
	}
	title = strings.TrimSpace(title)
	for _, one := range list.Uploads {
		if one.Mode == string(registry.ModeNew) && one.DatasetID == id && one.Title == title && s.same(&one) {
			if one.Received > 0 {
				fmt.Fprintf(a.err, "Going on with an upload of which %s of %s were sent\n", sizeText(one.Received), sizeText(one.Bytes))
			}
			return &one, nil
		}
	}
	req := intake.Request{DatasetID: id, Title: title}
	for _, f := range s.files {
		req.Files = append(req.Files, intake.File{Name: filepath.Base(f.path), Bytes: f.bytes, Fingerprint: f.print})
	}
	var up sessionOf
	return &up, s.cl.call(ctx, http.MethodPost, "/api/v1/uploads", req, &up)
}

// same reports whether an upload is of exactly these files, in this order.
func (s *sending) same(up *sessionOf) bool {
	if len(s.files) != len(up.Files) {
		return false
	}
	for i, f := range s.files {
		if f.print != up.Files[i].Fingerprint {
			return false
		}
	}
	return true
}

func (s *sending) sendAll(ctx context.Context, up *sessionOf) error {
	s.pace = pace{total: up.Bytes, began: time.Now(), from: up.Received, done: up.Received}
	for i, f := range s.files {
		one := up.Files[i]
		path := "/api/v1/uploads/" + url.PathEscape(up.ID) + "/files/" + url.PathEscape(one.ID)
		if err := s.sendFile(ctx, f, path, one.Received); err != nil {
			return err
		}
	}
	return nil
}

// sendFile sends what is missing of one file.
func (s *sending) sendFile(ctx context.Context, f sent, path string, offset int64) error {
	file, err := os.Open(f.path)
	if err != nil {
		return fileFault(f.path, err)
	}
	defer func() { _ = file.Close() }() // nothing was written
	for offset < f.bytes {
		s.bar.show(s.pace.line("Sending " + shortName(f.path)))
		data := s.piece[:min(pieceBytes, f.bytes-offset)]
		if _, err := file.ReadAt(data, offset); err != nil {
			return fault.Wrap(err, fault.Validation, "The file %s became shorter while it was sent.", f.path).
				WithHint("Give the command again when nothing changes the file any more.")
		}
		before := offset
		err := s.patiently(ctx, func() (err error) {
			offset, err = s.sendPiece(ctx, path, before, data)
			return err
		})
		if err != nil {
			return err
		}
		s.pace.done += offset - before
	}
	return nil
}

// sendPiece sends data, which belongs to offset, and returns how far the file has
// come. It is further than offset without error where an answer was lost.
func (s *sending) sendPiece(ctx context.Context, path string, offset int64, data []byte) (int64, error) {
	sum := sha256.Sum256(data)
	resp, err := s.cl.sendWith(ctx, http.MethodPatch, path, bytes.NewReader(data), http.Header{
		"Content-Type": {"application/offset+octet-stream"}, "Tus-Resumable": {"1.0.0"},
		"Upload-Offset": {strconv.FormatInt(offset, 10)}, "Upload-Writer": {s.writer},
		"Upload-Checksum": {"sha256 " + base64.StdEncoding.EncodeToString(sum[:])},
	})
	if err == nil {
		return offset + int64(len(data)), resp.Body.Close()
	}
	if at, ok := offsetOf(err); ok && at != offset {
		return at, nil
	}
	return offset, err
}

// offsetOf is how far a file has come, where a refusal says so.
func offsetOf(err error) (int64, bool) {
	var f *fault.Fault
	if !errors.As(err, &f) || f.Code != fault.Conflict {
		return 0, false
	}
	n, ok := f.Details["offset"].(float64) // as JSON is decoded; offsets are exact in it
	return int64(n), ok
}

// patiently repeats what may succeed in a moment: the server restarts, or still
// holds the connection of an interrupted command.
func (s *sending) patiently(ctx context.Context, do func() error) error {
	for broken := 0; ; broken++ {
		err := do()
		if err == nil || broken == watchPatience || !mayPass(err) {
			return err
		}
		s.bar.show("The server does not answer, trying again")
		if err := pause(ctx, min(time.Duration(broken+1)*pollEvery, 2*time.Second)); err != nil {
			return err
		}
	}
}

func mayPass(err error) bool {
	var f *fault.Fault
	if !errors.As(err, &f) {
		return false
	}
	return f.Code == fault.Unavailable || f.Code == fault.RateLimited || f.Code == fault.Conflict && f.Details["busy"] == true
}

// pace is how far something has come, and how fast.
type pace struct {
	total, done, from int64
	began             time.Time
}

// line says it: what, how much of how much, how fast, and for how long still.
func (p pace) line(what string) string {
	said := fmt.Sprintf("%s: %s of %s, %d %%", what, sizeText(p.done), sizeText(p.total), p.done*100/max(p.total, 1))
	took := time.Since(p.began).Seconds()
	if speed := float64(p.done-p.from) / max(took, 0.001); took > 1 && speed > 0 {
		left := time.Duration(float64(p.total-p.done) / speed * float64(time.Second))
		said += fmt.Sprintf(", %s/s, %s left", sizeText(int64(speed)), left.Round(time.Second))
	}
	return said
}

// shortName is a file's name with room for what is said beside it.
func shortName(path string) string {
	name := []rune(plainText(filepath.Base(path)))
	if len(name) > 24 {
		name = append(name[:23], '…')
	}
	return string(name)
}

// sizeText writes a number of bytes for a person.
func sizeText(n int64) string {
	v, unit := float64(n), 0
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	for v >= 1024 && unit < len(units)-1 {
		v, unit = v/1024, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", v, units[unit])
}

// statusLine is a line of a terminal that is written over. Without a terminal it
// says nothing.
type statusLine struct {
	w     io.Writer
	shown bool
}

func (a *app) statusLine() *statusLine { return &statusLine{w: a.terminal} }

// show writes the line; text must be plain.
func (l *statusLine) show(text string) {
	if l.w == nil {
		return
	}
	l.shown = true
	fmt.Fprintf(l.w, "\r\x1b[K%s", text)
}

// clear takes the line away.
func (l *statusLine) clear() {
	if l.w != nil && l.shown {
		l.shown = false
		fmt.Fprint(l.w, "\r\x1b[K")
	}
}
