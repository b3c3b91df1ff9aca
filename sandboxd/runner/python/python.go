package python

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
)

//go:embed harness/*.py
var source embed.FS

// Files returns the harness, one directory of Python files with a __main__.py. An
// executor puts them, readable by everybody, into protocol.HarnessDir.
func Files() fs.FS {
	files, err := fs.Sub(source, "harness")
	if err != nil {
		// Sub fails for a name that is no path, and this one is a constant.
		panic(fmt.Sprintf("embedded harness: %v", err))
	}
	return files
}

// Digest returns the SHA-256 of the harness in hexadecimal: of the names, lengths
// and contents of its files. What is made from the harness is named after it.
func Digest() string {
	sum := sha256.New()
	err := fs.WalkDir(Files(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(Files(), path)
		if err != nil {
			return fmt.Errorf("read %s: %w", path, err)
		}
		_, err = fmt.Fprintf(sum, "%s %d\n%s", path, len(content), content)
		if err != nil {
			return fmt.Errorf("hash %s: %w", path, err)
		}
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("embedded harness: %v", err))
	}
	return hex.EncodeToString(sum.Sum(nil))
}
