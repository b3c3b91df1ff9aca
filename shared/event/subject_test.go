package event_test

import (
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/event"
)

func TestSubjectsAndTheirParts(t *testing.T) {
	tests := []struct {
		subject string
		address event.Address
	}{
		{"leo.acme.run.r1.00.asked", event.Address{Org: "acme", RunID: "r1", Step: 0, Kind: event.KindAsked}},
		{"leo.acme.run.r1.07.planned", event.Address{Org: "acme", RunID: "r1", Step: 7, Kind: event.KindPlanned}},
		{"leo.A-b_9.run.0.99.needs_input", event.Address{Org: "A-b_9", RunID: "0", Step: 99, Kind: event.KindNeedsInput}},
	}
	for _, test := range tests {
		t.Run(test.subject, func(t *testing.T) {
			a := test.address
			e := event.Event{Org: a.Org, RunID: a.RunID, Step: a.Step, Body: sample(a.Kind)}
			if got := event.Subject(e); got != test.subject {
				t.Errorf("formatted as %q", got)
			}
			got, err := event.ParseSubject(test.subject)
			if err != nil || got != a {
				t.Errorf("parsed as %+v (%v)", got, err)
			}
		})
	}
}

func TestKindOfANewerWriterIsParsed(t *testing.T) {
	got, err := event.ParseSubject("leo.acme.run.r1.00.dreamt")
	if err != nil || got.Kind != "dreamt" {
		t.Errorf("got %+v (%v)", got, err)
	}
}

func TestOtherSubjectsAreNotEvents(t *testing.T) {
	for _, subject := range []string{
		"", "leo", "leo.acme.run.r1.asked", "leo.acme.run.r1.00.asked.more", "neo.acme.run.r1.00.asked",
		"leo.acme.task.r1.00.asked", "leo.acme.run.r1.xx.asked", "leo.acme.run.r1..asked", "leo.acme.run.r1.1.5.asked",
		"leo.acme.run.r1.-1.asked", "leo.acme.run.r1.+1.asked", "leo.acme.run.r1.7.asked", "leo.acme.run.r1.007.asked",
		"leo..run.r1.00.asked", "leo.acme.run..00.asked", "leo.acme.run.r1.00.",
	} {
		if got, err := event.ParseSubject(subject); err == nil {
			t.Errorf("%q is parsed as %+v", subject, got)
		}
	}
}

func TestFilters(t *testing.T) {
	if got := event.RunFilter("acme", "r1"); got != "leo.acme.run.r1.>" {
		t.Errorf("run filter %q", got)
	}
	if got := event.KindFilter(event.KindNeedsInput); got != "leo.*.run.*.*.needs_input" {
		t.Errorf("kind filter %q", got)
	}
	if event.Subjects != "leo.*.run.*.*.*" {
		t.Errorf("subjects %q", event.Subjects)
	}
}

func TestValidToken(t *testing.T) {
	tests := map[string]bool{
		"a": true, "A-z_09": true, "-": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false, "a.b": false, "a b": false, "*": false, ">": false,
		"a*": false, "é": false, "a\x00": false, "a\n": false, "a/b": false, "日": false, "$SYS": false,
	}
	for token, want := range tests {
		if got := event.ValidToken(token); got != want {
			t.Errorf("%q: got %v", token, got)
		}
	}
}
