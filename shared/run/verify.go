package run

import (
	"bytes"
	"encoding/json"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Verify reads a downloaded capsule and checks that its chain holds and that
// its events fold to what it says. White space may differ, nothing else.
//
// It returns the capsule, and VALIDATION_ERROR for something that is not a
// capsule or CONFLICT, naming the event or the field, for one that was altered.
// A capsule that verifies is whole and consistent; who made it is proven by
// comparing its chain head with the log that is said to hold the run.
func Verify(data []byte) (*Capsule, error) {
	var c Capsule
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return nil, fault.Wrap(err, fault.Validation, "This is not a run capsule: %v.", err).
			WithHint("Download the capsule again from GET /api/v1/runs/{id}.")
	}
	if c.CapsuleVersion != CapsuleVersion || c.Chain.Algorithm != "sha256" || len(c.Chain.Events) == 0 {
		return nil, fault.New(fault.Validation, "This capsule has version %d and chain %q; this Leo reads version %d and sha256.", c.CapsuleVersion, c.Chain.Algorithm, CapsuleVersion).
			WithHint("Use a newer Leo to verify it.")
	}
	events, err := c.checkChain()
	if err != nil {
		return nil, err
	}
	again, err := NewCapsule(events)
	if err != nil {
		return nil, altered("its events do not form a run").With("cause", err.Error())
	}
	if err := c.same(again); err != nil {
		return nil, err
	}
	return &c, sameBytes(data, again)
}

// sameBytes finds what a comparison of fields cannot: names in another case,
// fields that stand twice, something after the end.
func sameBytes(data []byte, again *Capsule) error {
	var got bytes.Buffer
	if err := json.Compact(&got, data); err != nil {
		return altered("something follows it")
	}
	want, err := json.Marshal(again)
	if err != nil {
		return err
	}
	if !bytes.Equal(got.Bytes(), want) {
		return altered("its bytes are not the ones its events fold to")
	}
	return nil
}

// checkChain recomputes every link and returns the events.
func (c *Capsule) checkChain() ([]event.Event, error) {
	head := genesis(c.RunID)
	events := make([]event.Event, 0, len(c.Chain.Events))
	for i, l := range c.Chain.Events {
		var raw bytes.Buffer
		if err := json.Compact(&raw, l.Data); err != nil {
			return nil, altered("event %d is not JSON", i+1).With("event", i+1)
		}
		head = link(head, l.Seq, l.Subject, raw.Bytes())
		if head != l.Hash {
			return nil, altered("the hash of event %d (%s) does not match its bytes", i+1, l.Subject).With("event", i+1)
		}
		e, err := event.Decode(raw.Bytes())
		if err != nil {
			return nil, altered("event %d (%s) cannot be read", i+1, l.Subject).With("event", i+1).With("cause", err.Error())
		}
		e.Seq = l.Seq
		if event.Subject(e) != l.Subject {
			return nil, altered("event %d says it is %s and stands at %s", i+1, event.Subject(e), l.Subject).With("event", i+1)
		}
		events = append(events, e)
	}
	if head != c.Chain.Head {
		return nil, altered("the chain ends in another head than it states")
	}
	return events, nil
}

// same compares field by field, so that the fault can name what differs.
func (c *Capsule) same(again *Capsule) error {
	mine, err := fields(c)
	if err != nil {
		return err
	}
	theirs, err := fields(again)
	if err != nil {
		return err
	}
	for name, v := range mine {
		if !bytes.Equal(v, theirs[name]) {
			return altered("its field %q does not follow from its events", name).With("field", name)
		}
		delete(theirs, name)
	}
	for name := range theirs {
		return altered("its field %q is missing", name).With("field", name)
	}
	return nil
}

func fields(c *Capsule) (map[string]json.RawMessage, error) {
	line, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	var m map[string]json.RawMessage
	return m, json.Unmarshal(line, &m)
}

func altered(format string, args ...any) *fault.Fault {
	f := fault.New(fault.Conflict, format, args...)
	f = fault.New(fault.Conflict, "The capsule was altered: %s.", f.Message)
	return f.WithHint("Do not rely on it. Compare it with the run in Leo's audit.")
}
