package rootfs

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// tarBlock is what everything in an archive is rounded up to.
const tarBlock = 512

// Runner is the root file system of SQL sandboxes: the runner's binary, which
// was found and hashed, and the directories things are mounted on. It is
// immutable.
type Runner struct {
	path   string
	digest string
	size   int64
}

// OpenRunner hashes the binary in file. It fails with Unavailable when there is
// none.
func OpenRunner(file string) (*Runner, error) {
	binary, err := os.Open(file) //nolint:gosec // the operator says where the runner is
	if err != nil {
		return nil, noRunner(err)
	}
	defer func() { _ = binary.Close() }()
	sum := sha256.New()
	size, err := io.Copy(sum, binary)
	if err != nil {
		return nil, noRunner(err)
	}
	return &Runner{path: file, digest: hex.EncodeToString(sum.Sum(nil)), size: size}, nil
}

func noRunner(err error) error {
	return fault.Wrap(err, fault.Unavailable, "The program that runs queries, leo-runner, cannot be read.").
		WithHint("Build it with make build.")
}

// Digest names the content, in hexadecimal.
func (r *Runner) Digest() string { return r.digest }

// mountPoints are the directories the layer has beside the binary.
func mountPoints() []string { return []string{protocol.DataDir, protocol.OutDir, protocol.TmpDir} }

// Size is the number of bytes Write writes.
func (r *Runner) Size() int64 {
	headers := int64(len(mountPoints())+1) * tarBlock
	return headers + (r.size+tarBlock-1)/tarBlock*tarBlock + 2*tarBlock
}

// Write streams the layer as a tar. The digest promises a content, so a binary
// that was built again in the meantime is an error.
func (r *Runner) Write(w io.Writer) error {
	binary, err := os.Open(r.path)
	if err != nil {
		return err
	}
	defer func() { _ = binary.Close() }()
	layer := tar.NewWriter(w)
	for _, dir := range mountPoints() {
		header := &tar.Header{Typeflag: tar.TypeDir, Name: strings.TrimPrefix(dir, "/") + "/", Mode: 0o755}
		if err := layer.WriteHeader(header); err != nil {
			return err
		}
	}
	err = layer.WriteHeader(&tar.Header{
		Typeflag: tar.TypeReg, Name: strings.TrimPrefix(protocol.RunnerPath, "/"), Mode: 0o755, Size: r.size,
	})
	if err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(layer, io.TeeReader(binary, sum)); err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != r.digest {
		return errors.New("the runner changed while it was read")
	}
	return layer.Close()
}
