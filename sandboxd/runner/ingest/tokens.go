package ingest

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// errXML is XML that no spreadsheet writes.
var errXML = errors.New("the XML declares a document type, or has a piece that is far too long")

// tokens reads XML a piece at a time, within bounds. Entities cannot be declared,
// so nothing expands.
type tokens struct {
	dec *xml.Decoder
	in  *metered
}

// metered counts what is read of one piece of XML: the decoder holds a whole piece,
// however long it is.
type metered struct {
	r    *bufio.Reader
	left int
}

// ReadByte implements [io.ByteReader], which the decoder prefers.
func (m *metered) ReadByte() (byte, error) {
	if m.left--; m.left < 0 {
		return 0, errXML
	}
	return m.r.ReadByte()
}

// Read implements [io.Reader].
func (m *metered) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := m.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

func newTokens(r io.Reader) *tokens {
	in := &metered{r: bufio.NewReaderSize(r, 64<<10)}
	dec := xml.NewDecoder(in)
	dec.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return &tokens{dec, in}
}

// next returns the next piece; it is valid until the one after.
func (t *tokens) next() (xml.Token, error) {
	t.in.left = maxToken
	token, err := t.dec.RawToken()
	if err != nil {
		return nil, err
	}
	if _, ok := token.(xml.Directive); ok {
		return nil, errXML
	}
	return token, nil
}

// text joins the text within an element that just began, up to its end. What is
// pronounced (rPh), and formulas, are left out.
func (t *tokens) text(element string) (string, error) {
	var b strings.Builder
	skipped, inText := 0, element == "v"
	for {
		token, err := t.next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return "", err
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "rPh":
				skipped++
			case "t":
				inText = true
			}
		case xml.EndElement:
			switch e.Name.Local {
			case element:
				return unescape(b.String()), nil
			case "rPh":
				skipped--
			case "t":
				inText = false
			}
		case xml.CharData:
			if inText && skipped == 0 {
				if b.Len()+len(e) > maxToken {
					return "", errXML
				}
				b.Write(e)
			}
		}
	}
}

// unescape resolves _x000D_, by which Excel writes characters that XML cannot hold.
func unescape(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		if len(text)-i >= 7 && text[i] == '_' && text[i+1] == 'x' && text[i+6] == '_' {
			if r, ok := hex4(text[i+2 : i+6]); ok {
				b.WriteRune(r)
				i += 7
				continue
			}
		}
		b.WriteByte(text[i])
		i++
	}
	return b.String()
}

func hex4(digits string) (rune, bool) {
	var r rune
	for i := range len(digits) {
		at := strings.IndexByte("0123456789abcdef", digits[i]|0x20)
		if at < 0 || digits[i] < '0' {
			return 0, false
		}
		r = r<<4 | rune(at) //nolint:gosec // below 16
	}
	return r, r != 0 && (r < 0xd800 || r > 0xdfff)
}
