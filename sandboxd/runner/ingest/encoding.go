package ingest

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"

	"github.com/leo-analytics/leo/shared/fault"
)

// encoding is how the characters of a file are written.
type encoding string

// The encodings that are read. Everything else is refused: characters that come
// out wrong are worse than a file that does not load.
const (
	encUTF8    encoding = "utf-8"
	encUTF16LE encoding = "utf-16le"
	encUTF16BE encoding = "utf-16be"
	encWindows encoding = "windows-1252"
)

// survey is what a pass over all bytes of a file found out about its characters.
type survey struct {
	// high counts bytes above 127, runs those in a row of three or more.
	high, runs int64
	// good counts UTF-8 characters of more than one byte, bad the bytes that
	// belong to no character.
	good, bad int64
	// controls counts the UTF-8 form of U+0080 to U+009F.
	controls int64
}

// guessUTF16 tells UTF-16 by its mark, or by the zeros that ordinary text has in
// every other byte.
func guessUTF16(head []byte) encoding {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}):
		return "" // UTF-32, which nobody writes
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return encUTF16LE
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return encUTF16BE
	}
	var zeros [2]int
	n := min(len(head), 8192) / 2 * 2
	for i := range n {
		if head[i] == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case n >= 8 && zeros[1] > n/5 && zeros[0]*10 < zeros[1]:
		return encUTF16LE
	case n >= 8 && zeros[0] > n/5 && zeros[1]*10 < zeros[0]:
		return encUTF16BE
	}
	return ""
}

// findEncoding reads the whole file once. UTF-8 is the rule; a file that holds
// more bytes that are not UTF-8 than characters that are is Windows-1252, unless
// it looks like a script that needs another table.
func (s *source) findEncoding(ctx context.Context, head []byte) error {
	if s.encoding = guessUTF16(head); s.encoding != "" {
		return nil
	}
	s.encoding = encUTF8
	r, closer, err := s.raw()
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }() // nothing was written
	if err := s.survey.read(ctx, r); err != nil {
		return s.readError(err)
	}
	v := s.survey
	if v.bad == 0 || v.good > 4*v.bad {
		return nil
	}
	if v.high > 20 && v.runs*2 > v.high {
		return fault.New(fault.Validation, "%s is not written in UTF-8, and its encoding cannot be told.", s.name).
			WithHint("Save it as CSV with the encoding UTF-8 and upload it again.")
	}
	s.encoding = encWindows
	return nil
}

// read surveys all bytes.
func (v *survey) read(ctx context.Context, r io.Reader) error {
	buf := make([]byte, 1<<20)
	kept, run := 0, 0
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := r.Read(buf[kept:])
		data := buf[:kept+n]
		atEnd := err == io.EOF
		for len(data) > 0 {
			if data[0] < utf8.RuneSelf {
				data, run = data[1:], 0
				continue
			}
			if !atEnd && !utf8.FullRune(data) {
				break
			}
			size := v.character(data)
			v.high += int64(size)
			if run += size; run >= 3 {
				v.runs += int64(min(size, run-2))
			}
			data = data[size:]
		}
		kept = copy(buf, data)
		if atEnd {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// character counts the character at the start and returns its length.
func (v *survey) character(data []byte) int {
	r, size := utf8.DecodeRune(data)
	switch {
	case r == utf8.RuneError && size <= 1:
		v.bad++
		return 1
	case r >= 0x80 && r <= 0x9f:
		v.controls++
	}
	v.good++
	return size
}

// decoder returns r as UTF-8 without a byte order mark. Bytes that are no
// character become U+FFFD.
func (e encoding) decoder(r io.Reader) io.Reader {
	switch e {
	case encUTF16LE:
		return newTranscoder(r, utf16Step(binary.LittleEndian))
	case encUTF16BE:
		return newTranscoder(r, utf16Step(binary.BigEndian))
	case encWindows:
		return newTranscoder(r, windowsStep)
	case encUTF8:
		return newTranscoder(r, utf8Step)
	}
	if table, err := htmlindex.Get(string(e)); err == nil {
		r = table.NewDecoder().Reader(r)
	}
	return newTranscoder(r, utf8Step)
}

// namedEncoding finds an encoding by the name a person gave: a label of the
// Encoding Standard.
func namedEncoding(name string) (encoding, error) {
	table, err := htmlindex.Get(strings.TrimSpace(name))
	if err == nil {
		if label, err := htmlindex.Name(table); err == nil {
			return encoding(label), nil
		}
	}
	return "", fault.New(fault.Validation, "There is no encoding %.40q.", name).
		WithHint("Use a name such as utf-8, utf-16le, windows-1252, iso-8859-2, shift_jis, euc-kr or gb18030.").With("path", "encoding")
}

// step converts as much of src as it can onto dst and returns how much it used.
// At the end of the input it must use everything.
type step func(dst, src []byte, atEnd bool) ([]byte, int)

// transcoder applies a step to a stream.
type transcoder struct {
	r       io.Reader
	step    step
	in      []byte
	out     []byte
	pending []byte
	err     error
	begun   bool
}

func newTranscoder(r io.Reader, s step) *transcoder {
	return &transcoder{r: r, step: s, in: make([]byte, 0, 64<<10)}
}

func (t *transcoder) Read(p []byte) (int, error) {
	for len(t.pending) == 0 {
		if t.err != nil {
			return 0, t.err
		}
		n, err := t.r.Read(t.in[len(t.in):cap(t.in)])
		t.in, t.err = t.in[:len(t.in)+n], err
		if err != nil && err != io.EOF {
			return 0, err
		}
		var used int
		t.out, used = t.step(t.out[:0], t.in, err == io.EOF)
		t.in = t.in[:copy(t.in, t.in[used:])]
		t.pending = t.out
		if !t.begun && len(t.pending) > 0 {
			t.begun = true
			t.pending = bytes.TrimPrefix(t.pending, []byte("\ufeff"))
		}
	}
	n := copy(p, t.pending)
	t.pending = t.pending[n:]
	return n, nil
}

// utf8Step passes UTF-8 through. The control characters U+0080 to U+009F are no
// text in any language: they are Windows-1252 that was converted as if it were
// Latin-1, and become the characters that were meant.
func utf8Step(dst, src []byte, atEnd bool) ([]byte, int) {
	i := 0
	for i < len(src) {
		if src[i] < utf8.RuneSelf {
			start := i
			for i < len(src) && src[i] < utf8.RuneSelf {
				i++
			}
			dst = append(dst, src[start:i]...)
			continue
		}
		if !atEnd && !utf8.FullRune(src[i:]) {
			return dst, i
		}
		r, size := utf8.DecodeRune(src[i:])
		if r >= 0x80 && r <= 0x9f {
			r = windowsRune(byte(r))
		}
		dst = utf8.AppendRune(dst, r)
		i += size
	}
	return dst, i
}

// windowsStep converts Windows-1252.
func windowsStep(dst, src []byte, _ bool) ([]byte, int) {
	for _, b := range src {
		dst = utf8.AppendRune(dst, windowsRune(b))
	}
	return dst, len(src)
}

// windowsRune is the character of a byte in Windows-1252 (the table of the WHATWG
// Encoding Standard; bytes without a character stay the control they name).
func windowsRune(b byte) rune {
	const table = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	if b < 0x80 || b > 0x9f {
		return rune(b)
	}
	return []rune(table)[b-0x80]
}

// utf16Step converts UTF-16; half a character at the end, or half a pair, becomes
// U+FFFD.
func utf16Step(order binary.ByteOrder) step {
	return func(dst, src []byte, atEnd bool) ([]byte, int) {
		i := 0
		for i+1 < len(src) {
			r := rune(order.Uint16(src[i:]))
			size := 2
			if utf16.IsSurrogate(r) {
				if i+3 >= len(src) && !atEnd {
					return dst, i
				}
				low := rune(utf8.RuneError)
				if i+3 < len(src) {
					low = rune(order.Uint16(src[i+2:]))
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					size = 4
				}
			}
			dst = utf8.AppendRune(dst, r)
			i += size
		}
		if atEnd && i < len(src) {
			return utf8.AppendRune(dst, utf8.RuneError), len(src)
		}
		return dst, i
	}
}
