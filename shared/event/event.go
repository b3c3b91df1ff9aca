package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Kind names what happened, in the past tense. It is the last token of the
// subject and the SSE event name.
type Kind string

// The kinds, in the order a run meets them.
const (
	KindAsked      Kind = "asked"
	KindPlanned    Kind = "planned"
	KindRejected   Kind = "rejected"
	KindStarted    Kind = "started"
	KindExecuted   Kind = "executed"
	KindFailed     Kind = "failed"
	KindAnswered   Kind = "answered"
	KindNeedsInput Kind = "needs_input"
	KindCancelled  Kind = "cancelled"
)

// Kinds returns every kind, in the order a run meets them.
func Kinds() []Kind {
	return []Kind{
		KindAsked, KindPlanned, KindRejected, KindStarted, KindExecuted,
		KindFailed, KindAnswered, KindNeedsInput, KindCancelled,
	}
}

// Terminal reports whether a run ends with this event.
func (k Kind) Terminal() bool {
	switch k {
	case KindRejected, KindFailed, KindAnswered, KindNeedsInput, KindCancelled:
		return true
	}
	return false
}

// Body is one of the nine bodies in bodies.go.
type Body interface {
	// Kind returns the kind that goes with the body.
	Kind() Kind
}

// Event is one fact about a run.
type Event struct {
	// Org owns the run; it comes from the caller's token and from nothing else.
	Org string
	// RunID is unique for ever; see [ValidToken] for its alphabet.
	RunID string
	// Step counts the planned→executed rounds of a run, from 0 at asked. An
	// answer to step 2 carries step 2.
	Step int
	// Time is when the writer made the event, in UTC, to the microsecond.
	Time time.Time
	// By names the writer: a role and an instance, such as "planner/7c21".
	By string
	// Cause is the stream sequence of the event that led to this one; 0 for
	// asked.
	Cause uint64
	// Body is the fact itself.
	Body Body

	// Seq is the event's stream sequence. It is set by the log on reading and
	// is not part of the stored bytes.
	Seq uint64
	// Raw is the stored line, for hashing and for replaying byte for byte. Set
	// on reading.
	Raw []byte
}

// Kind returns the kind of the body.
func (e Event) Kind() Kind { return e.Body.Kind() }

// ErrUnknownSchema is returned by [Decode] for a kind or version this program
// does not know. The event is not broken: a newer program may know it.
var ErrUnknownSchema = errors.New("unknown event schema")

// wire is the stored form.
type wire struct {
	Schema string          `json:"schema"`
	Org    string          `json:"org"`
	RunID  string          `json:"run_id"`
	Step   int             `json:"step"`
	Time   time.Time       `json:"time"`
	By     string          `json:"by,omitempty"`
	Cause  uint64          `json:"cause,omitempty"`
	Body   json.RawMessage `json:"body"`
}

// version is the schema version this program writes, for every kind.
const version = 1

// Schema returns the schema name a kind is written with, such as "planned/1".
func Schema(k Kind) string { return fmt.Sprintf("%s/%d", k, version) }

// Encode returns the event as the line that is stored. It fails only for an
// event that breaks its own rules: no body, a run id or org that cannot be part
// of a subject, a negative step.
func Encode(e Event) ([]byte, error) {
	if e.Body == nil {
		return nil, errors.New("encode event: no body")
	}
	if !ValidToken(e.Org) || !ValidToken(e.RunID) {
		return nil, fmt.Errorf("encode event: org %q or run id %q is not a subject token", e.Org, e.RunID)
	}
	if e.Step < 0 || e.Step > MaxStep {
		return nil, fmt.Errorf("encode event: step %d is outside 0..%d", e.Step, MaxStep)
	}
	body, err := json.Marshal(e.Body)
	if err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	return json.Marshal(wire{
		Schema: Schema(e.Kind()), Org: e.Org, RunID: e.RunID, Step: e.Step,
		Time: e.Time.UTC().Truncate(time.Microsecond), By: e.By, Cause: e.Cause, Body: body,
	})
}

// Decode reads a stored line of any known version. The caller sets Seq.
func Decode(line []byte) (Event, error) {
	var w wire
	if err := json.Unmarshal(line, &w); err != nil {
		return Event{}, fmt.Errorf("decode event: %w", err)
	}
	body, err := decodeBody(w.Schema, w.Body)
	if err != nil {
		return Event{}, err
	}
	return Event{
		Org: w.Org, RunID: w.RunID, Step: w.Step, Time: w.Time, By: w.By, Cause: w.Cause,
		Body: body, Raw: bytes.Clone(line),
	}, nil
}

// decodeBody finds the body type for a schema name. A new version of a kind
// gets its own case that upcasts the old body.
func decodeBody(schema string, data []byte) (Body, error) {
	switch schema {
	case "asked/1":
		return into[Asked](data)
	case "planned/1":
		return into[Planned](data)
	case "rejected/1":
		return into[Rejected](data)
	case "started/1":
		return into[Started](data)
	case "executed/1":
		return into[Executed](data)
	case "failed/1":
		return into[Failed](data)
	case "answered/1":
		return into[Answered](data)
	case "needs_input/1":
		return into[NeedsInput](data)
	case "cancelled/1":
		return into[Cancelled](data)
	}
	return nil, fmt.Errorf("%w: %q", ErrUnknownSchema, schema)
}

// into decodes a body and keeps its numbers exact. Fields a newer writer of the
// same version added are ignored.
func into[T Body](data []byte) (Body, error) {
	var body T
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&body); err != nil {
		return nil, fmt.Errorf("decode %s body: %w", body.Kind(), err)
	}
	return body, nil
}
