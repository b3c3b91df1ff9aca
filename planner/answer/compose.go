package answer

import (
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

// Input is everything an answer may be made of. Plan and Statement are nil for
// SQL that a person wrote.
type Input struct {
	Dataset   *catalog.Dataset
	Asked     event.Asked
	Planned   event.Planned
	Executed  event.Executed
	Plan      *plan.Query
	Statement *compile.Statement
	// AsOf is the clock relative periods were counted from.
	AsOf time.Time
}

// Compose returns the answer to a result. Usage is left to the caller.
func Compose(in Input) event.Answered {
	t := tableOf(in)
	words := wording{in}
	for i, c := range t.columns {
		t.columns[i].label = words.column(c)
	}
	text, refs := summarise(in, t)
	return event.Answered{
		Text: text, Refs: refs, Labels: labels(in, t), Chart: chartOf(t, in.Plan, wishOf(in.Planned)),
		FollowUps: followUps(in), Trust: trust(in),
	}
}

// isolation is warn where an operator accepted a sandbox below the floor, which
// sandboxd puts into the executor's name.
func isolation(executor string) string {
	if strings.Contains(executor, "unsafe") {
		return "warn"
	}
	return "pass"
}

// cut reports whether rows may be missing: the result was truncated, or it has
// exactly as many rows as the limit that nobody asked for.
func cut(in Input) bool {
	st := in.Statement
	return in.Executed.Truncated || st != nil && st.LimitDefaulted && in.Executed.RowCount >= st.Limit
}

// judged is the check that let the statement run.
func judged(queryType string) event.Check {
	if queryType == "python" {
		return event.Check{Name: "python_policy", Outcome: "pass", Detail: "Only allowed modules and names; no files, network or processes."}
	}
	return event.Check{Name: "sql_policy", Outcome: "pass", Detail: "One SELECT over this dataset's tables, nothing else."}
}

// trust says what the answer rests on.
func trust(in Input) event.Trust {
	x := in.Executed
	t := event.Trust{
		Sentence: in.Planned.Sentence, Origin: in.Planned.Origin, Road: in.Planned.Road(), Verified: in.Planned.Verified, Confidence: in.Planned.Confidence,
		DatasetVersion: in.Asked.Dataset.Version, Complete: !cut(in),
		RowsRead: x.RowsRead, RowsKept: x.RowsKept,
	}
	if x.RowsRead != nil && x.RowsKept != nil {
		dropped := *x.RowsRead - *x.RowsKept
		t.RowsDropped = &dropped
	}
	if in.Plan != nil {
		t.Checks = append(t.Checks, event.Check{
			Name: "plan", Outcome: "pass", Detail: "The plan names only columns the dataset has, with types that fit.",
		})
	}
	t.Checks = append(
		t.Checks,
		judged(in.Planned.QueryType),
		event.Check{Name: "sandbox", Outcome: isolation(x.Executor), Detail: "Ran in a single-use sandbox without network (" + x.Executor + ")."},
	)
	if c := in.Asked.Conversation.Chosen; c != nil && c.ModelFault != nil {
		t.Checks = append(t.Checks, event.Check{
			Name: "model", Outcome: "warn",
			Detail: "The model did not plan this question, so the rules did, and a person chose their reading. What the model failed with: " + c.ModelFault.Message,
		})
	}
	switch {
	case x.Truncated:
		t.Checks = append(t.Checks, event.Check{
			Name: "complete", Outcome: "warn", Detail: "The result has more rows than were returned; figures in the text are of the rows shown.",
		})
	case cut(in):
		t.Checks = append(t.Checks, event.Check{
			Name: "complete", Outcome: "warn", Detail: "The result fills the default limit; there may be more rows, and figures in the text are of the rows shown.",
		})
	default:
		t.Checks = append(t.Checks, event.Check{Name: "complete", Outcome: "pass", Detail: "Every row that was asked for was returned."})
	}
	if in.Statement != nil {
		for _, w := range in.Statement.Warnings {
			t.Checks = append(t.Checks, event.Check{Name: "reading", Outcome: "warn", Detail: w})
		}
	}
	return t
}
