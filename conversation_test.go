package main

import (
	"errors"
	"testing"

	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/shared/run"
)

// Every turn of a conversation gives the rows of SQL that was written by hand from
// what was said so far. A few may be asked back about; then the first reading is
// the right one.
func TestEveryTurnOfAConversationIsAnsweredRight(t *testing.T) {
	l := shared(t)
	turns, back := 0, 0
	for _, c := range datasetstest.Conversations(t) {
		t.Run(c.ID, func(t *testing.T) {
			thread := ""
			for _, turn := range c.Turns {
				turns++
				r := l.turn(t, c.Dataset, thread, turn.Say, &back)
				thread = r.ThreadID
				if err := l.answers(t, c.Dataset, turn, r); err != nil {
					t.Errorf("%q: %v\n%s\n%s", turn.Say, err, r.Sentence, r.CompiledSQL)
				}
			}
		})
	}
	if turns < 30 || back > turns/2 {
		t.Errorf("%d of %d turns are asked back about", back, turns)
	}
	t.Logf("COUNT %d turns of conversations, %d asked back about\n", turns, back)
}

// turn asks in a thread, and takes the first reading where Leo asks back.
func (l *testLeo) turn(t *testing.T, dataset, thread, text string, back *int) *run.Capsule {
	t.Helper()
	request := map[string]any{
		"dataset_id": dataset, "question": text, "as_of": "2026-09-30T12:00:00Z", "limits": map[string]any{"max_rows": 10000},
	}
	if thread != "" {
		request["thread_id"] = thread
	}
	r := l.ask(t, request)
	if r.Status != run.NeedsInput {
		return r
	}
	*back++
	delete(request, "question")
	request["plan"], request["thread_id"], request["parent_run_id"] = r.Readings[0].Plan, r.ThreadID, r.RunID
	return l.ask(t, request)
}

// answers compares a run with what the turn's SQL gives.
func (l *testLeo) answers(t *testing.T, dataset string, turn datasetstest.Turn, got *run.Capsule) error {
	t.Helper()
	rows := l.rows(t, got)
	var all error
	for _, sql := range []string{turn.SQL, turn.Or} {
		if sql == "" {
			continue
		}
		gold := l.ask(t, map[string]any{"dataset_id": dataset, "sql": sql, "limits": map[string]any{"max_rows": 10000}})
		want := l.rows(t, gold)
		if turn.First {
			want, rows = want[:1], rows[:min(1, len(rows))]
		}
		q := datasetstest.Question{ID: turn.Say, Rows: want}
		for _, c := range gold.Preview.Columns {
			q.Columns = append(q.Columns, c.Name)
		}
		err := matches(q, got, rows)
		if err == nil {
			return nil
		}
		all = errors.Join(all, err)
	}
	return all
}
