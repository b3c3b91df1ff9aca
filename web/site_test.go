package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"testing/fstest"
)

func site(t *testing.T) *Site {
	t.Helper()
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFindKnowsTheAppsFilesAndNothingElse(t *testing.T) {
	s := site(t)
	index, ok := s.Find("/index.html")
	if !ok || index.Type != "text/html; charset=utf-8" || index.Immutable {
		t.Fatalf("index: found %v, type %q, immutable %v", ok, index.Type, index.Immutable)
	}
	for _, p := range []string{"", "/", "index.html", "/BUILD.json", "/assets", "/assets/", "/../dist/index.html", "/nothing.js"} {
		if _, ok := s.Find(p); ok {
			t.Errorf("Find(%q) found a file", p)
		}
	}
}

func TestAssetsHaveTypesTagsAndAnHonestGzip(t *testing.T) {
	s := site(t)
	tags := map[string]string{}
	for _, p := range s.Paths() {
		a, _ := s.Find(p)
		if a.Type == "application/octet-stream" {
			t.Errorf("%s has no content type", p)
		}
		if len(a.ETag) < 4 || a.ETag[0] != '"' || a.ETag[len(a.ETag)-1] != '"' {
			t.Errorf("%s has ETag %s", p, a.ETag)
		}
		if other, taken := tags[a.ETag]; taken {
			t.Errorf("%s and %s share an ETag", p, other)
		}
		tags[a.ETag] = p
		if a.Immutable != strings.HasPrefix(p, "/assets/") {
			t.Errorf("%s: immutable is %v", p, a.Immutable)
		}
		if a.Gzip == nil {
			continue
		}
		r, err := gzip.NewReader(bytes.NewReader(a.Gzip))
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(r); err != nil || !bytes.Equal(body, a.Body) {
			t.Errorf("%s: gzip does not hold the body (%v)", p, err)
		}
	}
}

func TestABuildWithoutAnIndexIsEmptyAndNotBroken(t *testing.T) {
	s, err := load(fstest.MapFS{"BUILD.json": {Data: []byte("{}")}})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Find("/index.html"); ok || len(s.Paths()) != 0 {
		t.Error("a build without files has files")
	}
}

func TestSmallFilesAreNotCompressedForNothing(t *testing.T) {
	s, err := load(fstest.MapFS{"a.txt": {Data: []byte("x")}, "b.txt": {Data: bytes.Repeat([]byte("leo "), 500)}})
	if err != nil {
		t.Fatal(err)
	}
	if a, _ := s.Find("/a.txt"); a.Gzip != nil {
		t.Error("one byte was compressed")
	}
	if b, _ := s.Find("/b.txt"); b.Gzip == nil {
		t.Error("repetition was not compressed")
	}
}
