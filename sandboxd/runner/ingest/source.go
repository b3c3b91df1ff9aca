package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// The bounds of what a file may decompress to: in all, and, beyond a size that
// does no harm, as a multiple of what is stored.
const (
	maxInput = 64 << 30
	maxRatio = 400
	harmless = 256 << 20
)

// sampleSize is how much of a file is looked at before it is read.
const sampleSize = 256 << 10

// source is one raw file that can be read more than once; text as UTF-8.
type source struct {
	name        string
	path        string
	size        int64
	format      format
	compression string
	encoding    encoding
	survey      survey
	// skip is the number of lines that are left out at the beginning.
	skip int
	// reached counts, over the last reading, the bytes and lines after decompression.
	reached *limited
	// meter, where it is set, measures the readings.
	meter *meter
}

// openSource finds out what a file is and how to read it. Faults are
// VALIDATION_ERROR and PAYLOAD_TOO_LARGE; messages name the file as the person
// knows it.
func openSource(ctx context.Context, dir string, file protocol.IngestFile, o catalog.ReadOptions) (*source, error) {
	if !filepath.IsLocal(file.Name) {
		return nil, fault.New(fault.Validation, "%q is not a file name.", file.Name).WithHint("Name a file inside of the upload.")
	}
	name := cmp.Or(file.Label, file.Name)
	s := &source{name: name, path: filepath.Join(dir, file.Name)}
	raw, err := s.stored()
	if err != nil {
		return nil, err
	}
	head, err := s.head()
	if err != nil {
		return nil, err
	}
	if len(bytes.TrimSpace(head)) == 0 && len(head) < sampleSize {
		return nil, fault.New(fault.Validation, "%s is empty.", name).WithHint("Upload a file with a header line and at least one column.")
	}
	if o.Encoding != "" && !bytes.HasPrefix(raw, []byte("PK\x03\x04")) && !bytes.HasPrefix(raw, []byte("PAR1")) {
		if s.encoding, err = namedEncoding(o.Encoding); err != nil {
			return nil, err
		}
		decoded, err := io.ReadAll(s.encoding.decoder(bytes.NewReader(head)))
		if err != nil {
			return nil, s.readError(err)
		}
		head = decoded
	}
	text := head
	if wide := guessUTF16(head); s.encoding == "" && wide != "" {
		if text, err = io.ReadAll(wide.decoder(bytes.NewReader(head))); err != nil {
			return nil, s.readError(err)
		}
	}
	if err := s.detect(raw, text); err != nil {
		return nil, err
	}
	if s.format == formatParquet || s.format == formatXLSX {
		return s, nil
	}
	s.skip = o.Skip
	if s.encoding != "" {
		return s, nil
	}
	return s, s.findEncoding(ctx, head)
}

// stored returns the first bytes as they are, and notes the size.
func (s *source) stored() ([]byte, error) {
	f, err := os.Open(s.path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.New(fault.Validation, "%s is missing from the upload.", s.name).WithHint("Upload it again.")
	}
	if err != nil {
		return nil, fmt.Errorf("open input: %w", err)
	}
	defer func() { _ = f.Close() }() // nothing was written
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open input: %w", err)
	}
	s.size = info.Size()
	raw, err := io.ReadAll(io.LimitReader(f, sampleSize))
	if err != nil {
		return nil, fmt.Errorf("read input: %w", err)
	}
	return raw, nil
}

// head returns the first bytes, decompressed.
func (s *source) head() ([]byte, error) {
	r, closer, err := s.raw()
	if err != nil {
		return nil, err
	}
	defer func() { _ = closer.Close() }() // nothing was written
	head, err := io.ReadAll(io.LimitReader(r, sampleSize))
	if err != nil {
		return nil, s.readError(err)
	}
	return head, nil
}

// closers close what a reading opened, the last first.
type closers []func() error

// Close implements [io.Closer].
func (c closers) Close() error {
	var err error
	for i := len(c) - 1; i >= 0; i-- {
		err = errors.Join(err, c[i]())
	}
	return err
}

// raw opens the bytes of the file, decompressed if they begin like gzip or zstd,
// whatever the file is called. Members that follow each other are read as one.
func (s *source) raw() (io.Reader, io.Closer, error) {
	f, err := os.Open(s.path)
	if err != nil {
		return nil, nil, fmt.Errorf("open input: %w", err)
	}
	buffered := bufio.NewReaderSize(s.meter.count(f), 1<<20)
	magic, _ := buffered.Peek(4) // shorter if the file is
	s.reached = &limited{r: buffered, most: maxInput}
	closing := closers{f.Close}
	switch {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		s.compression = "gzip"
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, nil, s.readError(errors.Join(err, closing.Close()))
		}
		s.reached.r = z
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		s.compression = "zstd"
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, nil, s.readError(errors.Join(err, closing.Close()))
		}
		closing = append(closing, func() error { z.Close(); return nil })
		s.reached.r = z
	}
	if s.compression != "" {
		s.reached.most = min(maxInput, max(harmless, s.size*maxRatio))
	}
	return s.reached, closing, nil
}

// reader opens the file as UTF-8, without a byte order mark and the lines that are
// skipped.
func (s *source) reader() (io.Reader, io.Closer, error) {
	r, closer, err := s.raw()
	if err != nil {
		return nil, nil, err
	}
	text := s.encoding.decoder(r)
	if s.skip == 0 {
		return text, closer, nil
	}
	buffered := bufio.NewReaderSize(text, 64<<10)
	for range s.skip {
		for {
			_, err = buffered.ReadSlice('\n')
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, s.readError(errors.Join(err, closer.Close()))
		}
	}
	return buffered, closer, nil
}

// readError translates what goes wrong while reading.
func (s *source) readError(err error) error {
	var f *fault.Fault
	switch {
	case errors.As(err, &f):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, errTooLarge):
		return fault.Wrap(err, fault.PayloadTooLarge, "%s holds more data than can be loaded: it goes on after %d MiB.", s.name, s.reached.read>>20).
			WithHint("Split it into smaller files.")
	case s.compression != "" && errors.Is(err, io.ErrUnexpectedEOF):
		return fault.Wrap(err, fault.Validation, "%s is not complete: its %s data ends in the middle, on line %d.", s.name, s.compression, s.reached.lines+1).
			WithHint("Upload it again, or compress it again.").With("line", s.reached.lines+1)
	case s.compression != "":
		return fault.Wrap(err, fault.Validation, "%s is a damaged %s file: it cannot be read further than line %d.", s.name, s.compression, s.reached.lines+1).
			WithHint("Compress it again, or upload it uncompressed.").With("line", s.reached.lines+1)
	}
	return fmt.Errorf("read input: %w", err)
}

// errTooLarge ends a read that went too far: a small file may decompress to
// terabytes.
var errTooLarge = errors.New("input is too large")

// limited is an io.LimitedReader that says when its limit was reached, and counts.
type limited struct {
	r                 io.Reader
	most, read, lines int64
}

// Read implements [io.Reader].
func (l *limited) Read(p []byte) (int, error) {
	if l.read >= l.most {
		return 0, errTooLarge
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.most-l.read)])
	l.read += int64(n)
	l.lines += int64(bytes.Count(p[:n], []byte("\n")))
	return n, err
}
