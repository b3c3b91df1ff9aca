package ingest

import (
	"errors"
	"fmt"
	"io"
)

// scanner reads the records of a stream.
type scanner struct {
	r       io.Reader
	dialect dialect
	data    []byte // what was read and not yet used
	buf     []byte
	atEnd   bool
	line    int64
}

// newScanner starts at the first line.
func newScanner(r io.Reader, d dialect) *scanner {
	return &scanner{r: r, dialect: d, buf: make([]byte, 1<<20), line: 1}
}

// longLineError is a record beyond [maxRecord].
type longLineError struct{ line int64 }

// Error implements error.
func (e *longLineError) Error() string { return fmt.Sprintf("line %d is too long", e.line) }

// next reads one record. It returns io.EOF after the last.
func (s *scanner) next(r *record) error {
	for {
		if len(s.data) == 0 && s.atEnd {
			return io.EOF
		}
		n, how := 0, needMore
		if len(s.data) > 0 {
			n, how = parseRecord(s.data, s.atEnd, s.dialect, r)
		}
		switch how {
		case complete:
			s.take(r, n)
			return nil
		case unclosed:
			return s.skipLine(r)
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}

// take moves behind a record.
func (s *scanner) take(r *record, n int) {
	r.line = s.line
	s.line += r.lines
	s.data = s.data[n:]
}

// skipLine gives up the first line of a record whose quote is never closed; the
// following lines are read as if it were not there.
func (s *scanner) skipLine(r *record) error {
	for {
		// Without delimiter and quote, a record is a line.
		n, how := parseRecord(s.data, s.atEnd, dialect{}, r)
		if how == complete {
			s.take(r, n)
			r.fault = "a quotation mark is opened and never closed"
			return nil
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}

// fill reads more data behind what is left.
func (s *scanner) fill() error {
	if len(s.data) == len(s.buf) {
		if len(s.buf) >= maxRecord {
			return &longLineError{s.line}
		}
		s.buf = make([]byte, 2*len(s.buf))
	}
	kept := copy(s.buf, s.data)
	n, err := s.r.Read(s.buf[kept:])
	s.data = s.buf[:kept+n]
	if errors.Is(err, io.EOF) {
		s.atEnd = true
		return nil
	}
	if err != nil {
		return fmt.Errorf("read records: %w", err)
	}
	return nil
}
