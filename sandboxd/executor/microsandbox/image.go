package microsandbox

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"runtime"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
	"github.com/leo-analytics/leo/shared/fault"
)

const (
	// repository names the image; the tag is the beginning of the binary's hash.
	repository = "leo-runner"
	// loadTimeout bounds the import of an image of some 50 MiB.
	loadTimeout = 2 * time.Minute
)

// loadImage loads an image with the runner into m's home and returns its name.
func (e *Executor) loadImage(ctx context.Context, m msb) (string, error) {
	runner, err := rootfs.OpenRunner(e.opts.Runner)
	if err != nil {
		return "", err
	}
	image := repository + ":" + runner.Digest()[:16]
	archive, w := io.Pipe()
	written := make(chan error, 1)
	go func() {
		err := writeArchive(w, runner, image)
		_ = w.CloseWithError(err)
		written <- err
	}()
	_, err = m.run(ctx, loadTimeout, archive, loadArgs(image)...)
	_ = archive.Close()
	// The writer's complaint about a reader that left explains nothing.
	if writeErr := <-written; !errors.Is(writeErr, io.ErrClosedPipe) {
		err = errors.Join(err, writeErr)
	}
	if err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "microsandbox does not accept the image of the runner.").
			WithHint("Its disk may be full; the cause is in Leo's log.")
	}
	return image, nil
}

// writeArchive writes an image in the format of docker save: one layer, its
// configuration and a manifest.
func writeArchive(w io.Writer, runner *rootfs.Runner, image string) error {
	archive := tar.NewWriter(w)
	header := &tar.Header{Typeflag: tar.TypeReg, Name: "layer.tar", Mode: 0o644, Size: runner.Size()}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	layer := sha256.New()
	if err := runner.Write(io.MultiWriter(archive, layer)); err != nil {
		return err
	}
	for _, document := range []struct {
		name    string
		content any
	}{
		{"config.json", map[string]any{
			"architecture": runtime.GOARCH, "os": "linux", "config": map[string]any{},
			"rootfs": map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + hex.EncodeToString(layer.Sum(nil))}},
		}},
		{"manifest.json", []map[string]any{{
			"Config": "config.json", "RepoTags": []string{image}, "Layers": []string{"layer.tar"},
		}}},
	} {
		if err := writeJSON(archive, document.name, document.content); err != nil {
			return err
		}
	}
	return archive.Close()
}

func writeJSON(archive *tar.Writer, name string, content any) error {
	data, err := json.Marshal(content)
	if err != nil {
		return err
	}
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: int64(len(data))}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err = archive.Write(data)
	return err
}
