package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
)

// Version returns the version of a dataset: the SHA-256, in lower-case
// hexadecimal, over the bytes of its files one after the other. The order of
// paths matters; it is the registry's. It stops with the cause of ctx when that
// is done, and fails when a file cannot be read.
func Version(ctx context.Context, paths ...string) (string, error) {
	h := sha256.New()
	for _, path := range paths {
		if err := appendFile(ctx, h, path); err != nil {
			return "", fmt.Errorf("version: %w", err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func appendFile(ctx context.Context, to io.Writer, path string) (err error) {
	f, err := os.Open(path) //nolint:gosec // the caller names the files of a dataset
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	_, err = io.Copy(to, cancellable{ctx, f})
	return err
}

// cancellable is a reader that ends with its context: files may be gigabytes.
type cancellable struct {
	ctx context.Context //nolint:containedctx // lives for one copy
	io.Reader
}

func (c cancellable) Read(p []byte) (int, error) {
	if err := context.Cause(c.ctx); err != nil {
		return 0, err
	}
	return c.Reader.Read(p)
}
