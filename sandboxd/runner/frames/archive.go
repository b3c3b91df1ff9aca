package frames

import (
	"archive/zip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"
)

// archive writes the members of the file, one after the other.
type archive struct{ zip *zip.Writer }

func newArchive(w io.Writer) archive { return archive{zip.NewWriter(w)} }

// member starts the next member. All have the same time, so that the same content
// is the same file.
func (a archive) member(name string) (io.Writer, error) {
	earliest := time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)
	w, err := a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: earliest})
	if err != nil {
		return nil, fmt.Errorf("begin %s: %w", name, err)
	}
	return w, nil
}

// array starts a member that holds n values of the NumPy type descr, of size
// bytes each. The caller writes them all and then calls [array.close].
func (a archive) array(name, descr string, size int, n int64) (*array, error) {
	w, err := a.member(name)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(npyHeader(descr, n)); err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return &array{w, name, int64(size) * n}, nil
}

// array is a member being written.
type array struct {
	w    io.Writer
	name string
	// left is the number of bytes that were announced and not written yet.
	left int64
}

func (a *array) write(p []byte) error {
	if a.left -= int64(len(p)); a.left < 0 {
		return fmt.Errorf("write %s: more values than were counted", a.name)
	}
	if _, err := a.w.Write(p); err != nil {
		return fmt.Errorf("write %s: %w", a.name, err)
	}
	return nil
}

// close fails unless there are as many values as the header says.
func (a *array) close() error {
	if a.left != 0 {
		return fmt.Errorf("write %s: fewer values than were counted", a.name)
	}
	return nil
}

// npyHeader begins an array of one dimension, in format 1.0 of
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
func npyHeader(descr string, n int64) []byte {
	const magic, align = "\x93NUMPY\x01\x00", 64
	dict := "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + strconv.FormatInt(n, 10) + ",), }"
	for (len(magic)+2+len(dict)+1)%align != 0 {
		dict += " "
	}
	dict += "\n"
	header := binary.LittleEndian.AppendUint16([]byte(magic), uint16(len(dict))) //nolint:gosec // about 100
	return append(header, dict...)
}

// finish writes meta.json and the directory.
func (a archive) finish(m meta) error {
	w, err := a.member("meta.json")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(w).Encode(m); err != nil {
		return fmt.Errorf("write meta.json: %w", err)
	}
	if err := a.zip.Close(); err != nil {
		return fmt.Errorf("write directory: %w", err)
	}
	return nil
}
