package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// maxInput bounds what one file may decompress to.
const maxInput = 64 << 30

// sampleSize is how much of a file is looked at before it is read.
const sampleSize = 256 << 10

// source is one raw file that can be read more than once, as UTF-8.
type source struct {
	name     string
	path     string
	gzipped  bool
	encoding encoding
	survey   survey
}

// openSource checks that a file is text and finds out how to read it. Faults are
// VALIDATION_ERROR and PAYLOAD_TOO_LARGE; messages name the file as the person
// knows it.
func openSource(ctx context.Context, dir string, file protocol.IngestFile) (*source, error) {
	if !filepath.IsLocal(file.Name) {
		return nil, fault.New(fault.Validation, "%q is not a file name.", file.Name).WithHint("Name a file inside of the upload.")
	}
	name := cmp.Or(file.Label, file.Name)
	s := &source{name: name, path: filepath.Join(dir, file.Name)}
	head, err := s.head()
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(head)) == 0 && len(head) < sampleSize {
		return nil, fault.New(fault.Validation, "%s is empty.", name).WithHint("Upload a file with a header line and at least one column.")
	}
	if what := notText(head); what != "" {
		return nil, fault.New(fault.Validation, "%s is not a CSV file: it looks like %s.", name, what).
			WithHint("Export the data as CSV (comma-separated text) and upload that.").With("looks_like", what)
	}
	if err := s.findEncoding(ctx, head); err != nil {
		return nil, err
	}
	return s, nil
}

// head returns the first bytes, decompressed.
func (s *source) head() ([]byte, error) {
	r, closer, err := s.raw()
	if err != nil {
		return nil, err
	}
	defer func() { _ = closer.Close() }() // nothing was written
	head, err := io.ReadAll(io.LimitReader(r, sampleSize))
	if err != nil {
		return nil, s.readError(err)
	}
	return head, nil
}

// raw opens the bytes of the file, decompressed if they begin like gzip, whatever
// the file is called.
func (s *source) raw() (io.Reader, io.Closer, error) {
	f, err := os.Open(s.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, fault.New(fault.Validation, "%s is missing from the upload.", s.name).WithHint("Upload it again.")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("open input: %w", err)
	}
	buffered := bufio.NewReaderSize(f, 1<<20)
	magic, _ := buffered.Peek(2) // shorter if the file is
	if string(magic) != "\x1f\x8b" {
		return &limited{buffered, maxInput}, f, nil
	}
	s.gzipped = true
	z, err := gzip.NewReader(buffered)
	if err != nil {
		closeErr := f.Close()
		return nil, nil, s.readError(errors.Join(err, closeErr))
	}
	return &limited{z, maxInput}, f, nil
}

// reader opens the file as UTF-8, without a byte order mark.
func (s *source) reader() (io.Reader, io.Closer, error) {
	r, closer, err := s.raw()
	if err != nil {
		return nil, nil, err
	}
	return s.encoding.decoder(r), closer, nil
}

// readError translates what goes wrong while reading.
func (s *source) readError(err error) error {
	var f *fault.Fault
	switch {
	case errors.As(err, &f):
		return err
	case errors.Is(err, errTooLarge):
		return fault.Wrap(err, fault.PayloadTooLarge, "%s holds more data than can be loaded.", s.name).
			WithHint("Split it into smaller files.")
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, io.ErrUnexpectedEOF), s.gzipped:
		return fault.Wrap(err, fault.Validation, "%s is a damaged gzip file.", s.name).WithHint("Compress it again, or upload it uncompressed.")
	}
	return fmt.Errorf("read input: %w", err)
}

// errTooLarge ends a read that went too far: a small gzip file may hold terabytes.
var errTooLarge = errors.New("input is too large")

// limited is an io.LimitedReader that says when its limit was reached.
type limited struct {
	r    io.Reader
	left int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLarge
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// magics are the beginnings of files that people upload by mistake.
func magics() map[string]string {
	return map[string]string{
		"PK\x03\x04":                       "an Excel workbook or another ZIP archive",
		"PK\x05\x06":                       "an empty ZIP archive",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Excel or Word file",
		"PAR1":                             "a Parquet file",
		"ARROW1":                           "an Arrow file",
		"ORC":                              "an ORC file",
		"Obj\x01":                          "an Avro file",
		"%PDF-":                            "a PDF",
		"SQLite format 3\x00":              "an SQLite database",
		"\x89PNG":                          "an image",
		"\xff\xd8\xff":                     "an image",
		"GIF8":                             "an image",
		"BZh":                              "a bzip2 archive",
		"\xfd7zXZ":                         "an xz archive",
		"7z\xbc\xaf":                       "a 7-Zip archive",
		"Rar!":                             "a RAR archive",
		"\x28\xb5\x2f\xfd":                 "a zstd archive",
		"\x7fELF":                          "a program",
		"MZ\x90":                           "a program",
		"{\\rtf":                           "a rich text document",
	}
}

// notText says what a file is if it cannot be CSV; "" if it may.
func notText(head []byte) string {
	for magic, what := range magics() {
		if bytes.HasPrefix(head, []byte(magic)) {
			return what
		}
	}
	if len(head) >= 12 && string(head[8:12]) == "DUCK" {
		return "a DuckDB database"
	}
	if guessUTF16(head) == "" && bytes.IndexByte(head, 0) >= 0 {
		return "a binary file"
	}
	text := strings.TrimSpace(strings.TrimPrefix(string(head[:min(len(head), 4096)]), "\ufeff"))
	start := strings.ToLower(text[:min(len(text), 200)])
	switch {
	case strings.HasPrefix(start, "<!doctype html"), strings.HasPrefix(start, "<html"), strings.HasPrefix(start, "<head"):
		return "a web page (HTML)"
	case strings.HasPrefix(start, "<?xml"), strings.HasPrefix(start, "<svg"):
		return "an XML file"
	case strings.HasPrefix(start, "{"), strings.HasPrefix(start, "["):
		if isJSON(head) {
			return "a JSON file"
		}
	}
	return ""
}

// isJSON reports whether the text begins with a whole JSON object or list, or with
// one that the sample cuts off.
func isJSON(head []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(head))
	depth := 0
	for {
		token, err := dec.Token()
		if err != nil {
			return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) && len(head) == sampleSize
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			// "[1],2" is a line of CSV: what follows a JSON text is another one.
			rest := bytes.TrimLeft(head[dec.InputOffset():], " \t\r\n")
			return len(rest) == 0 || rest[0] == '{' || rest[0] == '['
		}
	}
}
