package archive

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// maxLine bounds a line, in bytes: an event and what is said about it.
const maxLine = 4 << 20

const (
	openSuffix   = ".log"
	closedSuffix = ".log.gz"
	halfSuffix   = ".half"
)

// Summary says what an archive holds.
type Summary struct {
	// Events counts them, First and Last are the sequences of the first and the last
	// line; 0 for an empty archive.
	Events      int
	First, Last uint64
	// Gaps are events that were gone before they could be kept.
	Gaps []Gap
	// Chain is the hash of the last line.
	Chain    string
	Segments int
}

// Gap is a stretch of sequences, both ends included.
type Gap struct{ From, To uint64 }

// Read calls fn for every line of the archive in dir, in order, gaps included, and
// checks each of them first; fn may be nil. A piece of a line at the very end, which a
// writer that was killed leaves, is no line. It fails with CONFLICT where the archive is not
// what was written, with NOT_FOUND where there is none, and with fn's error.
func Read(ctx context.Context, dir string, fn func(Record) error) (Summary, error) {
	return readFrom(ctx, dir, 0, fn)
}

// readFrom reads an archive from the segment on in which a sequence is, or would be.
func readFrom(ctx context.Context, dir string, from uint64, fn func(Record) error) (Summary, error) {
	names, err := segments(dir)
	if err != nil {
		return Summary{}, err
	}
	for len(names) > 1 && startOf(names[1]) <= from {
		names = names[1:]
	}
	s := Summary{Segments: len(names)}
	for i, name := range names {
		r := segmentReader{name: name, summary: &s, fn: fn, last: i == len(names)-1}
		if err := r.read(ctx, dir); err != nil {
			return s, err
		}
	}
	return s, nil
}

// segments lists the segments of an archive in order.
func segments(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fault.Wrap(err, fault.NotFound, "There is no archive at %s.", dir).
			WithHint("archive_dir says where one is kept.")
	}
	if err != nil {
		return nil, unreachable(err, dir)
	}
	byStart := map[string]string{}
	for _, e := range entries {
		start, suffix, _ := strings.Cut(e.Name(), ".")
		if _, err := strconv.ParseUint(start, 10, 64); err != nil || len(start) != 20 {
			continue
		}
		// A closed segment is whole; the open one it was made of may still be there.
		if "."+suffix == closedSuffix || "."+suffix == openSuffix && byStart[start] == "" {
			byStart[start] = e.Name()
		}
	}
	names := make([]string, 0, len(byStart))
	for _, name := range byStart {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

// startOf is the sequence that a segment begins with.
func startOf(name string) uint64 {
	start, _, _ := strings.Cut(name, ".")
	n, _ := strconv.ParseUint(start, 10, 64) // segments lists no others
	return n
}

func unreachable(err error, dir string) error {
	return fault.Wrap(err, fault.Unavailable, "The archive at %s cannot be reached.", dir).
		WithHint("Check that its disk is there, not full, and that Leo may write to it.")
}

// altered is the fault for an archive that is not what was written.
func altered(name string, lines int, why string) error {
	return fault.New(fault.Conflict, "The archive was altered or damaged: %s, line %d: %s.", name, lines, why).
		WithHint("Do not rely on what follows there. Another copy of the archive, or a backup, has it.")
}

// segmentReader reads one segment and goes on with the summary of those before.
type segmentReader struct {
	name    string
	summary *Summary
	fn      func(Record) error
	// last says that nothing follows, so that its end may be a piece of a line.
	last bool

	lines int
	// whole is the length of the lines that were read, in bytes.
	whole int64
}

func (r *segmentReader) read(ctx context.Context, dir string) (err error) {
	f, err := os.Open(filepath.Join(dir, r.name)) //nolint:gosec // the operator chose the directory
	if open, is := strings.CutSuffix(r.name, openSuffix); is && errors.Is(err, os.ErrNotExist) {
		r.name = open + closedSuffix                 // its writer closed it just now
		f, err = os.Open(filepath.Join(dir, r.name)) //nolint:gosec // likewise
	}
	if err != nil {
		return unreachable(err, dir)
	}
	defer f.Close() //nolint:errcheck // it was only read
	var in io.Reader = f
	closed := strings.HasSuffix(r.name, closedSuffix)
	if closed {
		if in, err = gzip.NewReader(f); err != nil {
			return altered(r.name, 0, "it is not a gzip file")
		}
	}
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		text, err := readLine(lines)
		switch {
		case err == nil:
		case errors.Is(err, io.EOF) && (len(text) == 0 || r.last && !closed):
			return nil // the end, or what a killed writer began
		case errors.Is(err, io.EOF):
			return altered(r.name, r.lines+1, "the line ends in its middle")
		default:
			return altered(r.name, r.lines+1, err.Error())
		}
		r.lines++
		if err := r.line(text); err != nil {
			return err
		}
		r.whole += int64(len(text))
	}
}

func readLine(in *bufio.Reader) ([]byte, error) {
	var text []byte
	for {
		piece, err := in.ReadSlice('\n')
		text = append(text, piece...)
		if len(text) > maxLine {
			return nil, errors.New("it is longer than any event")
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return text, err //nolint:wrapcheck // the caller knows where
		}
	}
}

func (r *segmentReader) line(text []byte) error {
	if r.lines == 1 {
		return r.begin(text)
	}
	rec, err := parseLine(text)
	if err != nil {
		return altered(r.name, r.lines, err.Error())
	}
	s := r.summary
	if rec.Chain != next(s.Chain, rec) {
		return altered(r.name, r.lines, "its hash is that of another line")
	}
	from := rec.Seq
	if rec.Missing != 0 {
		from = rec.Missing
		s.Gaps = append(s.Gaps, Gap{From: rec.Missing, To: rec.Seq})
	} else {
		s.Events++
	}
	if from != s.Last+1 && s.Last != 0 || rec.Seq < from {
		return altered(r.name, r.lines, fmt.Sprintf("%d follows %d", from, s.Last))
	}
	if s.First == 0 {
		s.First = from
	}
	s.Last, s.Chain = rec.Seq, rec.Chain
	if r.fn == nil {
		return nil
	}
	return r.fn(rec)
}

// begin reads the first line of a segment.
func (r *segmentReader) begin(text []byte) error {
	var h head
	if err := json.Unmarshal(text, &h); err != nil || h.Archive == 0 {
		return altered(r.name, 1, "it is not the beginning of a segment")
	}
	if h.Archive != format {
		return fault.New(fault.Conflict, "The archive is of format %d, which this Leo does not know.", h.Archive).
			WithHint("Read it with the Leo that wrote it, or a newer one.")
	}
	s := r.summary
	if s.Chain == "" && s.Last == 0 {
		// The first segments may have been moved elsewhere: what is here is whole.
		s.Last, s.Chain = h.After, h.Chain
	}
	if h.After != s.Last || h.Chain != s.Chain {
		return altered(r.name, 1, fmt.Sprintf("it goes on from event %d, and the segment before it ends at %d", h.After, s.Last))
	}
	return nil
}
