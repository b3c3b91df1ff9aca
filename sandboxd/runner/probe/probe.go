package probe

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// Outcome is what came of one attempt.
type Outcome string

// The outcomes. Done says that an attempt succeeded, Refused that it did not, for
// whatever reason. Seen is a fact and no attempt.
const (
	Done        Outcome = "done"
	Refused     Outcome = "refused"
	Seen        Outcome = "seen"
	Unsupported Outcome = "unsupported"
)

// Row is one attempt: what was tried, what came of it, and the kernel's words or
// what was found.
type Row struct {
	Name    string
	Outcome Outcome
	Detail  string
}

// prober is where the attempts may leave something for a moment.
type prober struct{ tmp string }

// Run tries what order asks for; tmp is a directory the sandbox may write to. The
// order is one of the package comment, followed by its arguments. An order that
// is not known, or that lacks an argument, is a Validation fault.
func Run(order, tmp string) ([]Row, error) {
	name, rest, _ := strings.Cut(order, " ")
	args := strings.Fields(rest)
	act, ok := prober{tmp}.orders()[name]
	if !ok {
		return nil, fault.New(fault.Validation, "There is no probe %q.", name).
			WithHint("This is a mistake inside Leo: an administrator should report it.")
	}
	return act(args)
}

// flood is an answer of at least so many bytes.
func flood(args []string) ([]Row, error) {
	if len(args) != 1 {
		return nil, badArgument("flood", "a number of bytes")
	}
	bytes, err := strconv.Atoi(args[0])
	if err != nil || bytes < 0 || bytes > 1<<30 {
		return nil, badArgument("flood", "a number of bytes")
	}
	const width = 1 << 10
	rows := make([]Row, bytes/width+1)
	text := strings.Repeat("flood ", width/6+1)
	for i := range rows {
		rows[i] = Row{strconv.Itoa(i), Seen, text}
	}
	return rows, nil
}

func badArgument(order, needs string) error {
	return fault.New(fault.Validation, "The probe %q needs %s.", order, needs).
		WithHint("This is a mistake inside Leo: an administrator should report it.")
}

// attempt turns the end of an attempt into a row.
func attempt(name, detail string, err error) Row {
	if err != nil {
		return Row{name, Refused, err.Error()}
	}
	return Row{name, Done, detail}
}

// fact is a row about something that was only looked at.
func fact(name string, value any) Row { return Row{name, Seen, fmt.Sprint(value)} }

// errNone says that there was nothing to get.
var errNone = errors.New("there is none")
