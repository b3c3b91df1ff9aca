package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// Error is what the engine reported, taken apart.
type Error struct {
	// Kind is the engine's name of the failure: Parser, Binder, Catalog,
	// Conversion, Out of Memory, …
	Kind string
	// Message is the engine's text without its kind.
	Message string
	// Subtype refines some kinds: COLUMN_NOT_FOUND, MISSING_ENTRY, ….
	Subtype string
	// Entry is the sort of thing a MISSING_ENTRY is about: Table, Scalar
	// Function, ….
	Entry string
	// Name is what the message is about, if the engine says so.
	Name string
	// Candidates are the names the engine would have understood.
	Candidates []string
	// Position is a byte offset in the statement; -1 when unknown.
	Position int
}

// Error returns the kind and the message.
func (e *Error) Error() string { return e.Kind + " Error: " + e.Message }

// reported is the JSON the engine writes for an error.
type reported struct {
	Type       string `json:"exception_type"`
	Message    string `json:"exception_message"`
	Subtype    string `json:"error_subtype"`
	Entry      string `json:"type"`
	Name       string `json:"name"`
	Candidates string `json:"candidates"`
	Position   string `json:"position"`
}

// parse takes an error message apart and removes where the data lies. Errors of
// the parser come as JSON behind a prefix, others as JSON, a few as plain text.
func (db *DB) parse(message string) *Error {
	if db.dir != "" && db.dir != "/" && db.dir != "." {
		message = strings.ReplaceAll(message, db.dir+"/", "")
		message = strings.ReplaceAll(message, db.dir, "the data directory")
	}
	e := &Error{Kind: "Invalid", Message: message, Position: -1}
	if i := strings.IndexByte(message, '{'); i >= 0 {
		var r reported
		if json.Unmarshal([]byte(message[i:]), &r) == nil && r.Type != "" {
			return r.toError()
		}
	}
	if kind, rest, ok := strings.Cut(message, " Error: "); ok && len(kind) < 40 {
		e.Kind, e.Message = kind, rest
	}
	return e
}

// toError converts the JSON form. Candidates that are not in a field of their
// own are in the message.
func (r reported) toError() *Error {
	e := &Error{
		Kind: r.Type, Message: r.Message, Subtype: r.Subtype, Entry: r.Entry, Name: r.Name, Position: -1,
	}
	if n, err := strconv.Atoi(r.Position); err == nil && n >= 0 {
		e.Position = n
	}
	switch {
	case r.Subtype == "NO_MATCHING_FUNCTION":
		// The engine joins signatures with commas, which also occur inside them:
		// the indented lines of the message are unambiguous.
		for line := range strings.Lines(r.Message) {
			if sig, ok := strings.CutPrefix(line, "\t"); ok && !strings.HasPrefix(sig, "Candidate") {
				e.Candidates = append(e.Candidates, strings.TrimSpace(sig))
			}
		}
	case r.Candidates != "":
		e.Candidates = strings.Split(r.Candidates, ",")
	default:
		if _, list, ok := strings.Cut(r.Message, "Candidate bindings: "); ok {
			e.Candidates = quotedNames(list)
		}
	}
	return e
}

// quotedNames finds the names in double quotes.
func quotedNames(text string) []string {
	var names []string
	for _, m := range regexp.MustCompile(`"((?:[^"]|"")+)"`).FindAllStringSubmatch(text, -1) {
		names = append(names, strings.ReplaceAll(m[1], `""`, `"`))
	}
	return names
}

// Fault translates an error of this package for a person. It returns nil for
// nil, faults as they are, TIMEOUT when the context's deadline passed,
// RESOURCE_EXCEEDED when memory or disk ran out, QUERY_ERROR when the statement
// is at fault, SQL_POLICY_VIOLATION when the lockdown stopped it, and INTERNAL
// for everything else.
func Fault(err error) *fault.Fault {
	var f *fault.Fault
	var e *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.DeadlineExceeded):
		return TimeoutFault(err)
	case errors.Is(err, context.Canceled):
		return fault.Wrap(err, fault.Cancelled, "The query was cancelled.").WithHint("Run it again if it is still needed.")
	case errors.As(err, &e):
		return e.fault()
	}
	return internal(err)
}

// TimeoutFault is the fault of a statement that outlived its budget.
func TimeoutFault(cause error) *fault.Fault {
	return fault.Wrap(cause, fault.Timeout, "The query did not finish within its time limit.").
		WithHint("Filter or aggregate earlier so that fewer rows are touched, or raise the limit.")
}

func internal(err error) *fault.Fault {
	return fault.Wrap(err, fault.Internal, "The query engine failed in an unexpected way.").
		WithHint("Try again. If it happens again, an administrator finds the cause in Leo's log.")
}

// fault translates by kind.
func (e *Error) fault() *fault.Fault {
	switch {
	case e.diskFull():
		return fault.Wrap(e, fault.ResourceExceeded, "There is not enough disk space for this.").
			WithHint("Free some space or use a smaller file.")
	case e.Kind == "INTERNAL" || e.Kind == "FATAL":
		// A bug of the engine, but one that this statement meets every time.
		return fault.Wrap(e, fault.Query, "The engine failed on this query through an error of its own.").
			WithHint("Write the query differently, for example in smaller steps with WITH.")
	}
	switch e.Kind {
	case "INTERRUPT", "Interrupt":
		return TimeoutFault(e)
	case "Out of Memory":
		return fault.Wrap(e, fault.ResourceExceeded, "The query needs more memory than it may use.").
			WithHint("Filter or aggregate earlier, sort fewer rows, or ask for fewer columns.").With("limit", "memory_mb")
	case "Permission":
		return fault.Wrap(e, fault.SQLPolicy, "The query tried something that the sandbox forbids.").
			With("rule", "sandbox").WithHint("Read only the tables of the dataset.")
	case "Parser", "Syntax":
		return e.withPlace(fault.Wrap(e, fault.Query, "%s", e.sentence()).WithHint("%s", e.hint("Check the SQL near that place.")))
	case "Binder", "Catalog", "Conversion", "Out of Range", "Invalid Input", "Invalid type", "Mismatch Type",
		"Divide by Zero", "Not implemented", "Constraint", "Expression", "Decimal", "Parameter Not Resolved",
		"Parameter Not Allowed", "Object Size", "Invalid", "Missing Extension":
		return e.withPlace(fault.Wrap(e, fault.Query, "%s", e.sentence()).WithHint("%s", e.hint("Check the SQL at that place.")))
	}
	return internal(e)
}

// diskFull reports whether a write failed because there was no room. The engine
// wraps the reason of the operating system in errors of several kinds.
func (e *Error) diskFull() bool {
	if !slices.Contains([]string{"IO", "Invalid", "TransactionContext", "FATAL"}, e.Kind) {
		return false // the words may be a part of somebody's data
	}
	return slices.ContainsFunc([]string{"No space left on device", "File too large", "Disk quota exceeded"}, func(sign string) bool {
		return strings.Contains(e.Message, sign)
	})
}

// withPlace adds what programs can use: kind, position, candidates.
func (e *Error) withPlace(f *fault.Fault) *fault.Fault {
	f = f.With("engine", e.Kind)
	if e.Position >= 0 {
		f = f.With("position", e.Position)
	}
	if len(e.Candidates) > 0 {
		f = f.With("candidates", e.Candidates[:min(len(e.Candidates), 5)])
	}
	return f
}

// sentence says what is wrong in the words of a person who wrote the SQL.
func (e *Error) sentence() string {
	switch {
	case e.Subtype == "COLUMN_NOT_FOUND" && e.Name != "":
		return fmt.Sprintf("There is no column %q in the tables this query reads.", e.Name)
	case e.Subtype == "MISSING_ENTRY" && e.Entry == "Table":
		return fmt.Sprintf("There is no table %q in this dataset.", e.Name)
	case e.Subtype == "MISSING_ENTRY" && strings.HasSuffix(e.Entry, "Function"):
		return fmt.Sprintf("There is no function %q.", e.Name)
	}
	line, _, _ := strings.Cut(strings.TrimSpace(e.Message), "\n")
	line = strings.TrimRight(strings.TrimSpace(line), "!.:")
	if line == "" {
		return "The engine could not run this query."
	}
	return strings.ToUpper(line[:1]) + line[1:] + "."
}

// hint offers the engine's candidates, else what the caller says.
func (e *Error) hint(otherwise string) string {
	if len(e.Candidates) == 0 {
		return otherwise
	}
	shown := slices.Clone(e.Candidates[:min(len(e.Candidates), 3)])
	if e.Subtype == "NO_MATCHING_FUNCTION" {
		return "It can be called as " + strings.Join(shown, " or ") + "; a CAST may help."
	}
	for i, name := range shown {
		shown[i] = strconv.Quote(name)
	}
	return "Did you mean " + strings.Join(shown, " or ") + "?"
}
