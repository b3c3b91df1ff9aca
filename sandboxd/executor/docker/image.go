package docker

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/image"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// repository names the images; the tag is the beginning of the binary's hash.
const repository = "leo-runner"

// EnsureImage makes sure that the daemon has an image with the runner at path
// and returns its name. It imports the image when it is not there, which takes
// about a second, and otherwise only hashes the binary.
func (e *Executor) EnsureImage(ctx context.Context, path string) (ref string, err error) {
	ctx, leave, err := e.roster.Enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return e.ensureImage(ctx, path)
}

func (e *Executor) ensureImage(ctx context.Context, path string) (string, error) {
	sum, err := hashFile(path)
	if err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "The program that runs queries, leo-runner, cannot be read.").
			WithHint("Build it with make build.")
	}
	ref := repository + ":" + sum[:16]
	_, err = e.client.ImageInspect(ctx, ref)
	if err == nil {
		return ref, nil
	}
	if !errdefs.IsNotFound(err) {
		return "", unavailable(err)
	}
	e.opts.Logger.InfoContext(ctx, "importing the runner into docker", "image", ref)
	if err := e.importImage(ctx, ref, path, sum); err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "Docker does not accept the image of the runner.").
			WithHint("Look at the daemon's log; its disk may be full.")
	}
	return ref, nil
}

// importImage streams the binary into the daemon.
func (e *Executor) importImage(ctx context.Context, ref, path, sum string) error {
	archive, w := io.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		_ = w.CloseWithError(writeImage(w, path, sum))
	}()
	defer func() {
		_ = archive.Close()
		<-written
	}()
	body, err := e.client.ImageImport(ctx, image.ImportSource{Source: archive, SourceName: "-"}, ref, image.ImportOptions{
		Message: "leo-runner",
		Changes: []string{
			fmt.Sprintf("ENTRYPOINT [%q]", protocol.RunnerPath),
			fmt.Sprintf("USER %d:%d", executor.UID, executor.UID),
			"LABEL leo.runner=" + sum,
		},
	})
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	for messages := json.NewDecoder(body); ; {
		var message struct {
			Error string `json:"error"`
		}
		if err := messages.Decode(&message); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if message.Error != "" {
			return errors.New(message.Error)
		}
	}
	_, err = e.client.ImageInspect(ctx, ref)
	return err
}

// writeImage writes the image's only layer: the binary and empty directories.
// The name of the image promises a content, so a binary that was rebuilt in the
// meantime is an error.
func writeImage(w io.Writer, path, sum string) error {
	file, err := os.Open(path) //nolint:gosec // the operator says where the runner is
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	layer := tar.NewWriter(w)
	for _, dir := range []string{protocol.DataDir, protocol.OutDir, protocol.TmpDir} {
		header := &tar.Header{Typeflag: tar.TypeDir, Name: strings.TrimPrefix(dir, "/") + "/", Mode: 0o755}
		if err := layer.WriteHeader(header); err != nil {
			return err
		}
	}
	err = layer.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: strings.TrimPrefix(protocol.RunnerPath, "/"), Mode: 0o755, Size: info.Size(),
	})
	if err != nil {
		return err
	}
	hash := sha256.New()
	if _, err := io.Copy(layer, io.TeeReader(file, hash)); err != nil {
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
