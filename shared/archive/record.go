package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Record is one line of an archive: a stored event, or a gap.
type Record struct {
	// Seq is the event's sequence in the log; of a gap, that of its last event.
	Seq     uint64
	Time    time.Time
	Subject string
	// Data is the stored event, byte for byte.
	Data []byte
	// Missing is the first sequence of a gap: Missing to Seq were gone before they
	// could be kept. 0 for an event.
	Missing uint64
	// Chain is the hash of this line and all before it, in hex.
	Chain string
}

// line is how a record is written. Data comes last and verbatim.
type line struct {
	Seq     uint64          `json:"seq"`
	Time    time.Time       `json:"time,omitzero"`
	Subject string          `json:"subject,omitempty"`
	Missing uint64          `json:"missing,omitempty"`
	Chain   string          `json:"chain"`
	Data    json.RawMessage `json:"data,omitempty"`
	// Text holds data that is no JSON on one line.
	Text []byte `json:"text,omitempty"`
}

// head is the first line of a segment.
type head struct {
	Archive int `json:"leo_archive"`
	// After is the sequence that the segment goes on from, and Chain its hash.
	After uint64 `json:"after"`
	Chain string `json:"chain"`
}

// format is the version of what this package writes.
const format = 1

// next is the chain's hash after r.
func next(chain string, r Record) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%d\n%d\n%s\n%s\n%d\n", chain, r.Seq, r.Missing, r.Time.UTC().Format(time.RFC3339Nano), r.Subject, len(r.Data))
	h.Write(r.Data)
	return hex.EncodeToString(h.Sum(nil))
}

// appendLine writes a record whose Chain is set.
func appendLine(to []byte, r Record) ([]byte, error) {
	l := line{Seq: r.Seq, Time: r.Time.UTC(), Subject: r.Subject, Missing: r.Missing, Chain: r.Chain}
	verbatim := json.Valid(r.Data) && !bytes.ContainsAny(r.Data, "\n\r")
	if !verbatim && len(r.Data) > 0 {
		l.Text = r.Data
	}
	text, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("encode event %d: %w", r.Seq, err)
	}
	to = append(to, text[:len(text)-1]...)
	if verbatim {
		// Not by the encoder, which would write some letters in another way.
		to = append(append(to, `,"data":`...), r.Data...)
	}
	return append(to, '}', '\n'), nil
}

// parseLine is the reverse of appendLine. It does not look at the chain.
func parseLine(text []byte) (Record, error) {
	var l line
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return Record{}, fmt.Errorf("it is no line of an archive: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Record{}, errors.New("something follows the event on its line")
	}
	r := Record{Seq: l.Seq, Time: l.Time.UTC(), Subject: l.Subject, Missing: l.Missing, Chain: l.Chain, Data: l.Data}
	if l.Text != nil {
		r.Data = l.Text
	}
	return r, nil
}
