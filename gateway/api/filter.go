package api

import (
	"fmt"
	"slices"
	"time"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// runQuery reads what narrows a list of runs: q, status, user, dataset_id,
// thread_id, request_kind, origin, road, error, from and to. Every list, count,
// check and export of runs takes the same.
func (c *call) runQuery() (history.Query, error) {
	q := history.Query{
		DatasetID: c.Query("dataset_id"), ThreadID: c.Query("thread_id"), User: c.Query("user"), Text: c.Query("q"),
	}
	if len(q.Text) > maxSearch {
		return q, fault.New(fault.Validation, "The search has %d bytes; %d are the most.", len(q.Text), maxSearch).
			WithHint("Search for fewer words.").With("path", "q")
	}
	var err error
	if q.Status, err = oneOf(c, "status", run.Pending, run.Running, run.Succeeded, run.Failed, run.Rejected, run.Cancelled, run.NeedsInput); err != nil {
		return q, err
	}
	if q.RequestKind, err = oneOf(c, "request_kind", "question", "plan", "sql", "python"); err != nil {
		return q, err
	}
	if q.Origin, err = oneOf(c, "origin", event.OriginVerified, event.OriginRules, event.OriginModel, event.OriginPerson); err != nil {
		return q, err
	}
	if q.Road, err = oneOf(c, "road", event.Roads()...); err != nil {
		return q, err
	}
	if q.Code, err = oneOf(c, "error", append([]fault.Code{history.AnyCode}, fault.Codes()...)...); err != nil {
		return q, err
	}
	if q.From, err = c.moment("from"); err != nil {
		return q, err
	}
	q.To, err = c.moment("to")
	return q, err
}

// maxSearch bounds the text of a search, in bytes.
const maxSearch = 1000

// oneOf reads a query parameter that has a closed list of values; absent is "".
func oneOf[T ~string](c *call, name string, values ...T) (T, error) {
	v := T(c.Query(name))
	if v == "" || slices.Contains(values, v) {
		return v, nil
	}
	return "", fault.New(fault.Validation, "There is no %s %q.", name, shorten(string(v))).
		WithHint("It is one of: %s.", fmt.Sprint(values)).With("path", name)
}

// moment reads a query parameter that is a time; absent is zero.
func (c *call) moment(name string) (time.Time, error) {
	text := c.Query(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return t, fault.New(fault.Validation, "The parameter %s is %q, not a time.", name, shorten(text)).
			WithHint("Write it as 2026-03-31T18:00:00Z.").With("path", name)
	}
	return t, nil
}
