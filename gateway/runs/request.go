package runs

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/policy"
)

// maxContextBytes bounds what a question brings along: with the largest plan it
// still fits into one event.
const maxContextBytes = 64 << 10

// maxTurns bounds the earlier utterances a question brings along.
const maxTurns = 50

// Request is the body of POST /api/v1/runs.
type Request struct {
	DatasetID   string `json:"dataset_id"`
	ThreadID    string `json:"thread_id,omitempty"`
	ParentRunID string `json:"parent_run_id,omitempty"`
	// Exactly one of the four is set.
	Question *string         `json:"question,omitempty"`
	Plan     json.RawMessage `json:"plan,omitempty"`
	SQL      *string         `json:"sql,omitempty"`
	Python   *string         `json:"python,omitempty"`

	Limits  *Limits  `json:"limits,omitempty"`
	Context *Context `json:"context,omitempty"`
	// AsOf is the clock of relative periods: a date or an RFC 3339 time.
	AsOf string `json:"as_of,omitempty"`
	// Fresh asks for a result that is computed now, whatever was computed before.
	Fresh bool `json:"fresh,omitempty"`
}

// Limits are what a caller may ask for; 0 or absent means the default.
type Limits struct {
	MaxRows        int `json:"max_rows,omitempty"`
	TimeoutMS      int `json:"timeout_ms,omitempty"`
	MaxOutputBytes int `json:"max_output_bytes,omitempty"`
	MemoryMB       int `json:"memory_mb,omitempty"`
}

// Context is what a question may refer to.
type Context struct {
	Turns        []string `json:"turns,omitempty"`
	Instructions string   `json:"instructions,omitempty"`
	Constraints  string   `json:"constraints,omitempty"`
	AnswerFormat string   `json:"answer_format,omitempty"`
}

// check refuses what no dataset could make right. The fault is VALIDATION_ERROR
// and names the JSON path.
func (r Request) check(limits policy.Limits) error {
	if r.DatasetID == "" {
		return invalid("/dataset_id", "The request does not say which dataset it is about.").
			WithHint("Set dataset_id to the id of a dataset; GET /api/v1/datasets lists them.")
	}
	for path, id := range map[string]string{"/thread_id": r.ThreadID, "/parent_run_id": r.ParentRunID} {
		if id != "" && !event.ValidToken(id) {
			return invalid(path, "%q cannot be an id.", clip(id)).
				WithHint("Ids are 1 to 64 letters, digits, '-' and '_'.")
		}
	}
	if err := r.checkStatement(limits); err != nil {
		return err
	}
	if err := r.checkContext(); err != nil {
		return err
	}
	_, err := r.asOf()
	return err
}

// checkStatement refuses a request that asks nothing, several things at once or
// too much.
func (r Request) checkStatement(limits policy.Limits) error {
	texts := []struct {
		name  string
		value *string
		max   int
	}{
		{"question", r.Question, limits.MaxQuestionBytes},
		{"sql", r.SQL, limits.MaxStatementBytes},
		{"python", r.Python, limits.MaxStatementBytes},
	}
	given := []string{}
	for _, t := range texts {
		if t.value == nil {
			continue
		}
		given = append(given, t.name)
		if err := checkText("/"+t.name, *t.value, t.max); err != nil {
			return err
		}
		if strings.TrimSpace(*t.value) == "" {
			return invalid("/"+t.name, "The %s is empty.", t.name).WithHint("Write what you want to know.")
		}
	}
	if r.hasPlan() {
		given = append(given, "plan")
	}
	switch {
	case len(given) == 0:
		return invalid("/question", "The request asks nothing.").
			WithHint("Set one of question, plan, sql and python.")
	case len(given) > 1:
		return invalid("/"+given[1], "The request asks %d things at once: %s.", len(given), strings.Join(given, ", ")).
			WithHint("Set exactly one of question, plan, sql and python.")
	case r.hasPlan():
		return r.checkPlan(limits.MaxStatementBytes)
	}
	return nil
}

// hasPlan treats null like an absent plan.
func (r Request) hasPlan() bool { return len(r.Plan) > 0 && !bytes.Equal(r.Plan, []byte("null")) }

// checkPlan reads the plan strictly, so that a typing mistake is answered here
// and not by a run that ends as rejected.
func (r Request) checkPlan(most int) error {
	if len(r.Plan) > most {
		return tooLong("/plan", len(r.Plan), most)
	}
	q, err := plan.Decode(r.Plan)
	if err == nil {
		err = q.Validate()
	}
	if err != nil {
		return hinted(err)
	}
	if q.DatasetID != "" && q.DatasetID != r.DatasetID {
		return invalid("/plan/dataset_id", "The plan is for dataset %q and the request for %q.", clip(q.DatasetID), clip(r.DatasetID)).
			WithHint("Leave dataset_id out of the plan, or set both to the same.")
	}
	return nil
}

// hinted adds what to do to a fault that does not say it.
func hinted(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) && f.Hint == "" {
		return f.WithHint("Compare the plan with its JSON Schema.")
	}
	return err
}

func (r Request) checkContext() error {
	c := r.Context
	if c == nil {
		return nil
	}
	if len(c.Turns) > maxTurns {
		return invalid("/context/turns", "The context has %d turns; %d are the most.", len(c.Turns), maxTurns).
			WithHint("Leave out the oldest ones.")
	}
	total := 0
	for _, t := range append([]string{c.Instructions, c.Constraints, c.AnswerFormat}, c.Turns...) {
		if err := checkText("/context", t, maxContextBytes); err != nil {
			return err
		}
		total += len(t)
	}
	if total > maxContextBytes {
		return tooLong("/context", total, maxContextBytes)
	}
	return nil
}

// asOf reads the clock; zero when there is none.
func (r Request) asOf() (time.Time, error) {
	if r.AsOf == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, r.AsOf); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, invalid("/as_of", "%q is not a date or a time.", clip(r.AsOf)).
		WithHint("Write it as 2026-03-31 or as 2026-03-31T18:00:00Z.")
}

// asked is the event body of a checked request, without what the caller of asked
// knows: user, dataset, limits, deadline.
func (r Request) asked() (event.Asked, error) {
	a := event.Asked{ThreadID: r.ThreadID, ParentRunID: r.ParentRunID, Fresh: r.Fresh}
	switch {
	case r.Question != nil:
		a.Request.Question = strings.TrimSpace(*r.Question)
	case r.SQL != nil:
		a.Request.SQL = *r.SQL
	case r.Python != nil:
		a.Request.Python = *r.Python
	default:
		var compact bytes.Buffer
		if err := json.Compact(&compact, r.Plan); err != nil {
			return a, invalid("/plan", "The plan is not JSON.")
		}
		a.Request.Plan = compact.Bytes()
	}
	if c := r.Context; c != nil {
		a.Conversation = event.Context{Turns: c.Turns, Instructions: c.Instructions, Constraints: c.Constraints, AnswerFormat: c.AnswerFormat}
	}
	asOf, err := r.asOf()
	a.Conversation.AsOf = asOf
	return a, err
}

func (r Request) limits() event.Limits {
	if r.Limits == nil {
		return event.Limits{}
	}
	return event.Limits(*r.Limits)
}

func checkText(path, s string, most int) error {
	if len(s) > most {
		return tooLong(path, len(s), most)
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return invalid(path, "The text contains bytes that are not text.").WithHint("Send UTF-8 without NUL characters.")
	}
	return nil
}

func tooLong(path string, n, most int) error {
	return invalid(path, "The text has %d bytes; %d are the most.", n, most).
		WithHint("Make it shorter.").With("max_bytes", most)
}

func invalid(path, format string, args ...any) *fault.Fault {
	return fault.New(fault.Validation, format, args...).With("path", path)
}

// clip shortens foreign text for a message.
func clip(s string) string {
	if len(s) > 64 {
		return strings.ToValidUTF8(s[:64], "") + "…"
	}
	return s
}
