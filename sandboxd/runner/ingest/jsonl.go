package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// maxDepth is how many objects in objects become columns of their own. What is
// deeper, and every list, stays JSON in one cell.
const maxDepth = 4

// keys are the columns of a file of objects: the path of each key, in the order
// they first occur.
type keys struct {
	paths []string
	index map[string]int
	// learn says that new keys become columns.
	learn bool
}

// column returns the place of a path, -1 if it has none.
func (k *keys) column(path string) int {
	if i, ok := k.index[path]; ok {
		return i
	}
	if !k.learn {
		return -1
	}
	k.index[path] = len(k.paths)
	k.paths = append(k.paths, path)
	return len(k.paths) - 1
}

// pathSeparator stands between the keys of a path; no key of a person holds it, and
// if one does, its column gets another name.
const pathSeparator = "\x1f"

// lookJSON reads all objects once to know the columns.
func (t *table) lookJSON(ctx context.Context) error {
	if o := t.options; o.Delimiter != "" || o.Quote != "" || o.Header != nil || o.Decimal != "" {
		return fault.New(fault.Validation, "%s is JSON, which has no delimiter, quote, header or decimal comma to choose.", t.source.name).
			WithHint("Leave these options out.")
	}
	t.keys = &keys{index: map[string]int{}, learn: true}
	scan, closer, err := t.open()
	if err != nil {
		return err
	}
	defer func() { _ = closer.Close() }() // nothing was written
	var rec record
	good := false
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		err := scan.next(&rec)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return t.scanError(err)
		}
		good = good || rec.fault == ""
		if len(t.keys.paths) > maxColumns {
			break
		}
	}
	t.keys.learn = false
	if !good {
		return fault.New(fault.Validation, "%s is JSON, but holds no list of objects: its first is on line %d, and %s.", t.source.name, rec.line, rec.fault).
			WithHint("Write one object a line (JSON lines), or one list of objects.").With("line", rec.line)
	}
	names := make([]string, len(t.keys.paths))
	for i, path := range t.keys.paths {
		names[i] = strings.ReplaceAll(path, pathSeparator, ".")
	}
	t.layout = layout{names: uniqueNames(names, len(names))}
	return t.checkLayout()
}

// objects reads JSON lines, or the elements of one list, as records.
type objects struct {
	r    *bufio.Reader
	keys *keys
	line int64
	// list says that the file is one list, begun that its bracket was read.
	list, begun bool
	buf         []byte
}

func newObjects(r io.Reader, skipped int64, k *keys) *objects {
	return &objects{r: bufio.NewReaderSize(r, 256<<10), keys: k, line: 1 + skipped}
}

// next reads one object.
func (o *objects) next(r *record) error {
	if !o.begun {
		if err := o.begin(); err != nil {
			return err
		}
	}
	var text []byte
	var err error
	if o.list {
		text, err = o.element(r)
	} else {
		text, err = o.textLine(r)
	}
	if err != nil {
		return err
	}
	if r.fault == "" {
		o.parse(text, r)
	}
	if r.fault != "" {
		// Shown as it stands there.
		r.cells = append(r.cells[:0], cell{text: bytes.Clone(text[:min(len(text), 4*maxSampleText)])})
	}
	return nil
}

// begin skips white space and finds out whether the file is a list.
func (o *objects) begin() error {
	o.begun = true
	for {
		b, err := o.r.ReadByte()
		switch {
		case err != nil:
			return err
		case b == '\n':
			o.line++
		case b == ' ' || b == '\t' || b == '\r':
		case b == '[':
			o.list = true
			return nil
		default:
			return o.r.UnreadByte()
		}
	}
}

// textLine reads the next line that is not empty.
func (o *objects) textLine(r *record) ([]byte, error) {
	*r = record{cells: r.cells[:0], solid: true}
	for {
		o.buf = o.buf[:0]
		r.line = o.line
		for {
			part, err := o.r.ReadSlice('\n')
			o.buf = append(o.buf, part...)
			if len(o.buf) > maxRecord {
				return nil, &longLineError{o.line}
			}
			if errors.Is(err, bufio.ErrBufferFull) {
				continue
			}
			if err != nil && (!errors.Is(err, io.EOF) || len(o.buf) == 0) {
				return nil, err
			}
			break
		}
		o.line++
		if text := bytes.TrimSpace(o.buf); len(text) > 0 {
			return text, nil
		}
	}
}

// element reads the next element of the list: up to the comma, or the bracket that
// ends the list, outside of everything.
func (o *objects) element(r *record) ([]byte, error) {
	*r = record{cells: r.cells[:0], solid: true, line: o.line}
	o.buf = o.buf[:0]
	depth, quoted, escaped := 0, false, false
	for {
		b, err := o.r.ReadByte()
		if errors.Is(err, io.EOF) {
			if len(o.buf) == 0 {
				return nil, io.EOF
			}
			r.fault = "the list is not closed behind it"
			return o.buf, nil
		}
		if err != nil {
			return nil, err
		}
		if b == '\n' {
			o.line++
		}
		if !quoted && depth == 0 && (b == ',' || b == ']') {
			if b == ']' {
				o.list = false // what follows is read as lines, and is no object
			}
			if text := bytes.TrimSpace(o.buf); len(text) > 0 {
				return text, nil
			}
			if b == ']' {
				return o.textLine(r)
			}
			continue
		}
		if len(o.buf) == 0 && (b == ' ' || b == '\t' || b == '\r' || b == '\n') {
			continue
		}
		if len(o.buf) == 0 {
			r.line = o.line
		}
		if o.buf = append(o.buf, b); len(o.buf) > maxRecord {
			return nil, &longLineError{r.line}
		}
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = b == '\\', b != '"'
		case b == '"':
			quoted = true
		case b == '{' || b == '[':
			depth++
		case b == '}' || b == ']':
			depth--
		}
	}
}

// parse turns one object into cells.
func (o *objects) parse(text []byte, r *record) {
	if text[0] != '{' {
		r.fault = "it is not an object"
		return
	}
	if !json.Valid(text) {
		var skipped json.RawMessage
		r.fault = "it is not JSON: " + strings.TrimPrefix(fmt.Sprint(json.Unmarshal(text, &skipped)), "json: ")
		return
	}
	for range o.keys.paths {
		r.cells = append(r.cells, cell{})
	}
	o.flatten(text, "", 1, r)
}

// flatten sets the cells of an object's values; the text is valid JSON.
func (o *objects) flatten(text []byte, prefix string, depth int, r *record) {
	dec := json.NewDecoder(bytes.NewReader(text))
	if _, err := dec.Token(); err != nil {
		return
	}
	seen := map[string]bool{}
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return
		}
		key, _ := token.(string)
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return
		}
		if seen[key] {
			r.fault = fmt.Sprintf("it has the key %q twice", shorten(key, 40))
			return
		}
		seen[key] = true
		path := prefix + key
		if value[0] == '{' && depth < maxDepth {
			o.flatten(value, path+pathSeparator, depth+1, r)
			continue
		}
		o.set(path, value, r)
	}
}

// set puts one value into its cell.
func (o *objects) set(path string, value json.RawMessage, r *record) {
	i := o.keys.column(path)
	if i < 0 || i >= maxCells {
		r.fault = tooWide
		return
	}
	for len(r.cells) <= i {
		r.cells = append(r.cells, cell{})
	}
	switch value[0] {
	case 'n':
	case '"':
		var text string
		if err := json.Unmarshal(value, &text); err == nil {
			r.cells[i] = cell{text: []byte(strings.ReplaceAll(text, "\x00", "\ufffd")), literal: true}
		}
	case '{', '[':
		var compact bytes.Buffer
		if err := json.Compact(&compact, value); err == nil {
			r.cells[i] = cell{text: compact.Bytes(), literal: true}
		}
	default:
		r.cells[i] = cell{text: bytes.Clone(value)}
	}
}
