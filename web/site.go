package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// Asset is one file of the app. Its bytes are shared: do not change them.
type Asset struct {
	Body []byte
	// Gzip is Body compressed; nil when that saves less than a tenth.
	Gzip []byte
	// Type is the Content-Type.
	Type string
	// ETag is quoted and names the content.
	ETag string
	// Immutable files have their hash in their name and never change.
	Immutable bool
}

// Site is the app, read and compressed. It is immutable and safe for concurrent
// use.
type Site struct {
	assets map[string]Asset
}

// New reads the embedded build. It fails only for a binary that was built wrong.
// A build without an index is not a failure: [Site.Find] then does not find
// /index.html, and the server says that this binary has no page.
func New() (*Site, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("read the web app: %w", err)
	}
	return load(files)
}

func load(files fs.FS) (*Site, error) {
	s := &Site{assets: make(map[string]Asset)}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || name == "BUILD.json" {
			return err
		}
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		s.assets["/"+name], err = asset(name, body)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the web app: %w", err)
	}
	return s, nil
}

// Find returns the file at a URL path such as /assets/index-1a2b.js or
// /index.html, or false. Paths are exact: cleaning them, and answering / and the
// app's own addresses with /index.html, is the server's.
func (s *Site) Find(urlPath string) (Asset, bool) {
	a, ok := s.assets[urlPath]
	return a, ok
}

// Paths returns the URL path of every file, in no particular order.
func (s *Site) Paths() []string {
	paths := make([]string, 0, len(s.assets))
	for p := range s.assets {
		paths = append(paths, p)
	}
	return paths
}

func asset(name string, body []byte) (Asset, error) {
	sum := sha256.Sum256(body)
	a := Asset{
		Body:      body,
		Type:      contentType(name),
		ETag:      `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
		Immutable: strings.HasPrefix(name, "assets/"),
	}
	packed, err := compress(body)
	if err != nil {
		return Asset{}, err
	}
	if len(packed)*10 < len(body)*9 {
		a.Gzip = packed
	}
	return a, nil
}

func compress(body []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// contentType is a table of its own because the standard library's asks the
// operating system, which answers differently on each.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json":
		return "application/json"
	case ".txt":
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}
