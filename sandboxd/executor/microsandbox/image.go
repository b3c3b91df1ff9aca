package microsandbox

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

const (
	// repository names the image; the tag is the beginning of the binary's hash.
	repository = "leo-runner"
	// loadTimeout bounds the import of an image of some 50 MiB.
	loadTimeout = 2 * time.Minute
	// tarBlock is what everything in an archive is rounded up to.
	tarBlock = 512
)

// loadImage loads an image with the runner into m's home and returns its name.
func (e *Executor) loadImage(ctx context.Context, m msb) (string, error) {
	sum, err := hashFile(e.opts.Runner)
	if err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "The program that runs queries, leo-runner, cannot be read.").
			WithHint("Build it with make build.")
	}
	image := repository + ":" + sum[:16]
	archive, w := io.Pipe()
	written := make(chan error, 1)
	go func() {
		err := writeArchive(w, e.opts.Runner, sum, image)
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
func writeArchive(w io.Writer, runner, sum, image string) error {
	file, err := os.Open(runner) //nolint:gosec // the operator says where the runner is
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	archive := tar.NewWriter(w)
	header := &tar.Header{Typeflag: tar.TypeReg, Name: "layer.tar", Mode: 0o644, Size: layerSize(info.Size())}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	layer := sha256.New()
	if err := writeLayer(io.MultiWriter(archive, layer), file, info.Size(), sum); err != nil {
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

// imageDirs are the mount points the image has.
func imageDirs() []string { return []string{protocol.DataDir, protocol.OutDir, protocol.TmpDir} }

// layerSize is the length of what writeLayer writes for a runner of this size.
func layerSize(runner int64) int64 {
	headers := int64(len(imageDirs())+1) * tarBlock
	end := int64(2 * tarBlock)
	return headers + (runner+tarBlock-1)/tarBlock*tarBlock + end
}

// writeLayer writes the runner and the directories. The name of the image
// promises a content, so a binary that was rebuilt in the meantime is an error.
func writeLayer(w io.Writer, runner io.Reader, size int64, sum string) error {
	layer := tar.NewWriter(w)
	for _, dir := range imageDirs() {
		header := &tar.Header{Typeflag: tar.TypeDir, Name: strings.TrimPrefix(dir, "/") + "/", Mode: 0o755}
		if err := layer.WriteHeader(header); err != nil {
			return err
		}
	}
	err := layer.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: strings.TrimPrefix(protocol.RunnerPath, "/"), Mode: 0o755, Size: size,
	})
	if err != nil {
		return err
	}
	hash := sha256.New()
	if _, err := io.Copy(layer, io.TeeReader(runner, hash)); err != nil {
		return err
	}
	if hex.EncodeToString(hash.Sum(nil)) != sum {
		return errors.New("the runner changed while it was read")
	}
	return layer.Close()
}

func hashFile(path string) (string, error) {
	file, err := os.Open(path) //nolint:gosec // the operator says where the runner is
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
