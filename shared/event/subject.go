package event

import (
	"fmt"
	"strconv"
	"strings"
)

// MaxStep is the highest step number a subject can carry.
const MaxStep = 99

// ValidToken reports whether s may be one token of a subject: 1 to 64 of the
// characters a-z, A-Z, 0-9, '-' and '_'.
func ValidToken(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, r := range s {
		ok := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_'
		if !ok {
			return false
		}
	}
	return true
}

// Subject returns where an event is stored: leo.<org>.run.<run_id>.<nn>.<kind>.
// Every event of a run has its own subject, so nothing is ever overwritten.
func Subject(e Event) string {
	return fmt.Sprintf("leo.%s.run.%s.%02d.%s", e.Org, e.RunID, e.Step, e.Kind())
}

// RunFilter matches every event of one run. All writers use exactly this string
// as the subject of their expected sequence; a different string that matches
// the same subjects would not see their writes as conflicts.
func RunFilter(org, runID string) string {
	return fmt.Sprintf("leo.%s.run.%s.>", org, runID)
}

// KindFilter matches one kind of event of every run of every org.
func KindFilter(k Kind) string { return "leo.*.run.*.*." + string(k) }

// Subjects matches every event subject; it is what the stream stores.
const Subjects = "leo.*.run.*.*.*"

// Address is what a subject says about an event.
type Address struct {
	Org, RunID string
	Step       int
	Kind       Kind
}

// ParseSubject is the inverse of [Subject]. It takes kinds it does not know, which
// a newer program may have written, and nothing else that Subject does not make.
func ParseSubject(s string) (Address, error) {
	t := strings.Split(s, ".")
	if len(t) != 6 || t[0] != "leo" || t[2] != "run" {
		return Address{}, fmt.Errorf("%q is not the subject of a run event", s)
	}
	if !ValidToken(t[1]) || !ValidToken(t[3]) || !ValidToken(t[5]) {
		return Address{}, fmt.Errorf("%q has a part that is not a token", s)
	}
	step, err := strconv.Atoi(t[4])
	if err != nil || t[4] != fmt.Sprintf("%02d", step) || step < 0 {
		return Address{}, fmt.Errorf("%q has no step number", s)
	}
	return Address{Org: t[1], RunID: t[3], Step: step, Kind: Kind(t[5])}, nil
}
