package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// format is how the records of a file are written.
type format string

// The formats that are read.
const (
	formatCSV     format = "csv"
	formatJSON    format = "jsonl"
	formatParquet format = "parquet"
	formatXLSX    format = "xlsx"
)

// detect tells the format from the first bytes, whatever the file is called, and
// refuses what is none. raw is the beginning as it is stored, head the same
// decompressed.
func (s *source) detect(raw, head []byte) error {
	switch {
	case bytes.HasPrefix(raw, []byte("PK\x03\x04")):
		s.format = formatXLSX
		return s.checkWorkbook()
	case bytes.HasPrefix(raw, []byte("PAR1")):
		s.format = formatParquet
		return nil
	case bytes.HasPrefix(raw, []byte(oldOffice)):
		return s.refuseOldOffice(raw)
	}
	if what := notText(head); what != "" {
		f := fault.New(fault.Validation, "%s is not a table: it looks like %s.", s.name, what).
			WithHint("Export the data as CSV (comma-separated text), and upload that.").With("looks_like", what)
		if s.compression != "" && (what == aZip || what == aParquet) {
			f = f.WithHint("Decompress it, and upload what is in it.")
		}
		return f
	}
	s.format = formatCSV
	// JSON is told from its beginning only; a name helps where the first line of it
	// is broken.
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return nil
	}
	if s.namedJSON() || isJSON(text, len(head) == sampleSize) {
		s.format = formatJSON
	}
	return nil
}

// namedJSON reports whether the file's name says that it is JSON.
func (s *source) namedJSON() bool {
	name := strings.ToLower(s.name)
	for _, packed := range []string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, packed)
	}
	return slices.Contains([]string{".json", ".jsonl", ".ndjson"}, filepath.Ext(name))
}

// isJSON reports whether the text begins with a whole JSON object or list, or with
// one that the sample cuts off.
func isJSON(text []byte, cut bool) bool {
	dec := json.NewDecoder(bytes.NewReader(text))
	depth := 0
	for {
		token, err := dec.Token()
		if err != nil {
			return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) && cut
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			// "[1],2" is a line of CSV: what follows a JSON text is another one.
			rest := bytes.TrimLeft(text[dec.InputOffset():], " \t\r\n")
			return len(rest) == 0 || rest[0] == '{' || rest[0] == '['
		}
	}
}

// oldOffice begins the files of Office before 2007, and encrypted ones of today.
const oldOffice = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// refuseOldOffice says which of them it is, from the names of its streams.
func (s *source) refuseOldOffice(raw []byte) error {
	wide := func(name string) []byte {
		out := make([]byte, 0, 2*len(name))
		for _, b := range []byte(name) {
			out = append(out, b, 0)
		}
		return out
	}
	if bytes.Contains(raw, wide("EncryptedPackage")) {
		return fault.New(fault.Validation, "%s is protected by a password.", s.name).
			WithHint("Open it, save it without a password, and upload that.").With("looks_like", "an encrypted workbook")
	}
	return fault.New(fault.Validation, "%s is a file of an old Office (.xls or .doc), which is not read.", s.name).
		WithHint("Open it, save it as an Excel workbook (.xlsx) or as CSV, and upload that.").With("looks_like", "an old Office file")
}

// checkWorkbook refuses ZIP archives that are no workbook.
func (s *source) checkWorkbook() error {
	archive, err := zip.OpenReader(s.path)
	if err != nil {
		return fault.Wrap(err, fault.Validation, "%s is a damaged Excel workbook or ZIP archive.", s.name).
			WithHint("Save it again, and upload that.")
	}
	defer func() { _ = archive.Close() }() // nothing was written
	what := aZip
	for _, f := range archive.File {
		switch strings.TrimPrefix(strings.ToLower(f.Name), "/") {
		case "xl/workbook.xml", "_rels/.rels":
			if what == aZip {
				what = ""
			}
		case "xl/workbook.bin":
			what = "a binary Excel workbook (.xlsb)"
		case "mimetype":
			what = "an OpenDocument file (.ods)"
		case "word/document.xml":
			what = "a Word document"
		}
	}
	switch what {
	case "":
		return nil
	case aZip:
		return fault.New(fault.Validation, "%s is a ZIP archive.", s.name).
			WithHint("Unpack it, and upload the files that are in it.").With("looks_like", what)
	}
	return fault.New(fault.Validation, "%s is %s, which is not read.", s.name, what).
		WithHint("Save it as an Excel workbook (.xlsx) or as CSV, and upload that.").With("looks_like", what)
}

const (
	aZip     = "a ZIP archive"
	aParquet = "a Parquet file"
)

// magics are the beginnings of files that people upload by mistake, or in a
// compression that is not theirs.
func magics() map[string]string {
	return map[string]string{
		"PK\x03\x04":          aZip,
		"PK\x05\x06":          "an empty ZIP archive",
		oldOffice:             "an old Excel or Word file",
		"PAR1":                aParquet,
		"\x1f\x8b":            "a gzip file in another one",
		"\x28\xb5\x2f\xfd":    "a zstd file in another one",
		"ARROW1":              "an Arrow file",
		"ORC":                 "an ORC file",
		"Obj\x01":             "an Avro file",
		"%PDF-":               "a PDF",
		"SQLite format 3\x00": "an SQLite database",
		"\x89PNG":             "an image",
		"\xff\xd8\xff":        "an image",
		"GIF8":                "an image",
		"BZh":                 "a bzip2 archive",
		"\xfd7zXZ":            "an xz archive",
		"7z\xbc\xaf":          "a 7-Zip archive",
		"Rar!":                "a RAR archive",
		"\x7fELF":             "a program",
		"MZ\x90":              "a program",
		"{\\rtf":              "a rich text document",
	}
}

// notText says what a file is if it cannot be text; "" if it may.
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
	}
	return ""
}
