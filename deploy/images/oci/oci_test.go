package oci_test

import (
	"archive/tar"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/leo-analytics/leo/deploy/images/oci"
)

// TestTheSameFilesAreTheSameImage builds an image twice, of files of another age, and looks
// into it.
func TestTheSameFilesAreTheSameImage(t *testing.T) {
	build := func(content string, at time.Time) (digest string, entries []string) {
		binary := filepath.Join(t.TempDir(), "leo")
		if err := errors.Join(os.WriteFile(binary, []byte(content), 0o600), os.Chtimes(binary, at, at)); err != nil {
			t.Fatal(err)
		}
		built, err := oci.Leo(binary, "arm64").Build("1.2")
		if err != nil {
			t.Fatal(err)
		}
		config, err := built.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		if c := config.Config; c.User != "65532:65532" || !slices.Equal(c.Entrypoint, []string{"/leo"}) || config.Architecture != "arm64" ||
			c.Labels["org.opencontainers.image.version"] != "1.2" || c.Labels["org.opencontainers.image.title"] != "leo" {
			t.Errorf("it is configured %+v", c)
		}
		layers, err := built.Layers()
		if err != nil || len(layers) != 1 {
			t.Fatal(len(layers), err)
		}
		content1, err := layers[0].Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		for in := tar.NewReader(content1); ; {
			header, err := in.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, header.FileInfo().Mode().String()+" "+header.Name)
		}
		hash, err := built.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return hash.String(), entries
	}
	first, entries := build("program", time.Now())
	if want := []string{"drwxr-x--- data/", "-rwxr-xr-x leo"}; !slices.Equal(entries, want) {
		t.Errorf("it has %q, want %q", entries, want)
	}
	if again, _ := build("program", time.Now().Add(-time.Hour)); again != first {
		t.Errorf("the same file is %s and %s", first, again)
	}
	if other, _ := build("another", time.Now()); other == first {
		t.Error("another file is the same image")
	}
}

func TestAnImageOfNothingIsRefused(t *testing.T) {
	if _, err := oci.Leo(filepath.Join(t.TempDir(), "none"), "amd64").Build("1"); err == nil {
		t.Error("an image without a program was built")
	}
	if _, err := oci.Runner(filepath.Join(t.TempDir(), "none"), "amd64"); err == nil {
		t.Error("an image without a runner was begun")
	}
}
