//go:build linux

package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func imageDir(image string) string {
	return filepath.Join(home(), "images", strings.ReplaceAll(image, ":", "_"))
}

// load unpacks an archive of docker save into a directory.
func load(args []string) error {
	values, _ := flags(args, map[string]bool{"--quiet": false, "--tag": true})
	files := map[string][]byte{}
	err := each(os.Stdin, func(header *tar.Header, content io.Reader) error {
		data, err := io.ReadAll(content)
		files[header.Name] = data
		return err
	})
	if err != nil {
		return fmt.Errorf("archive error: %w", err)
	}
	var manifest []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	if err := json.Unmarshal(files["manifest.json"], &manifest); err != nil || len(manifest) != 1 || len(manifest[0].Layers) != 1 {
		return fmt.Errorf("archive error: manifest: %w", err)
	}
	var config struct {
		OS     string `json:"os"`
		Rootfs struct {
			DiffIDs []string `json:"diff_ids"`
		} `json:"rootfs"`
	}
	layer := files[manifest[0].Layers[0]]
	sum := sha256.Sum256(layer)
	if err := json.Unmarshal(files[manifest[0].Config], &config); err != nil ||
		!slices.Equal(config.Rootfs.DiffIDs, []string{"sha256:" + hex.EncodeToString(sum[:])}) || config.OS != "linux" {
		return errors.New("archive error: the layer is not the one of the configuration")
	}
	image := values["--tag"][0]
	if !slices.Contains(manifest[0].RepoTags, image) {
		return errors.New("archive error: another image")
	}
	return each(bytes.NewReader(layer), func(header *tar.Header, content io.Reader) error {
		path := filepath.Join(imageDir(image), header.Name)
		if header.Typeflag == tar.TypeDir {
			return os.MkdirAll(path, header.FileInfo().Mode().Perm())
		}
		data, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		return os.WriteFile(path, data, header.FileInfo().Mode().Perm())
	})
}

func each(archive io.Reader, do func(*tar.Header, io.Reader) error) error {
	for r := tar.NewReader(archive); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(header, r)
		}
		if err != nil {
			return err
		}
	}
}
