package history

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/event"
)

// maxThreadRuns is how many of a thread's newest answers its context is made of.
const maxThreadRuns = 500

// maxTurns is how many earlier questions a new one brings along.
const maxTurns = 8

// ThreadContext is what a new question of a thread may refer to.
type ThreadContext struct {
	ThreadID string `json:"thread_id"`
	// Title is what somebody called the thread; absent when nobody did.
	Title string `json:"title,omitempty"`
	// DeletedAt is when the thread was taken off the lists; absent when it is on
	// them.
	DeletedAt time.Time `json:"deleted_at,omitzero"`
	// DatasetID is the dataset of the thread's newest run.
	DatasetID string `json:"dataset_id"`
	// Previous is the last answer, when it had a plan and the thread was not
	// reset since.
	Previous *event.Previous `json:"previous,omitempty"`
	// Turns are the newest questions since then, oldest first.
	Turns []string `json:"-"`
	// Named are the thread's named results, oldest first; never nil.
	Named []event.NamedPlan `json:"named"`
}

// ThreadContext folds the answers of a thread. Those about another dataset than
// the newest run's are passed over. A thread without runs is NOT_FOUND.
func (db *DB) ThreadContext(ctx context.Context, org, thread string) (*ThreadContext, error) {
	dataset, err := db.threadDataset(ctx, org, thread)
	if err != nil {
		return nil, err
	}
	label, err := db.Label(ctx, org, thread)
	if err != nil {
		return nil, err
	}
	t := &ThreadContext{ThreadID: thread, Title: label.Title, DeletedAt: label.DeletedAt, DatasetID: dataset, Named: []event.NamedPlan{}}
	// Nothing else may be read while these rows are open: whoever holds one
	// connection and waits for a second waits forever once all do.
	in, done := db.use()
	defer done()
	rows, err := in.read.QueryContext(ctx, `SELECT run_id, dataset_id, question, sentence, plan, change FROM runs
		WHERE org = ? AND thread_id = ? AND status = 'succeeded' ORDER BY asked_at DESC, run_id DESC LIMIT ?`, org, thread, maxThreadRuns)
	if err != nil {
		return nil, fmt.Errorf("read thread: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err below reports
	f := threadFold{into: t, gone: map[string]bool{}}
	for rows.Next() {
		var a answered
		if err := rows.Scan(&a.run, &a.dataset, &a.question, &a.sentence, &a.plan, &a.change); err != nil {
			return nil, fmt.Errorf("read thread: %w", err)
		}
		if a.dataset != t.DatasetID {
			continue
		}
		if err := f.back(a); err != nil {
			return nil, err
		}
	}
	slices.Reverse(t.Named)
	slices.Reverse(t.Turns)
	return t, rows.Err()
}

func (db *DB) threadDataset(ctx context.Context, org, thread string) (string, error) {
	list, _, err := db.Runs(ctx, org, Query{ThreadID: thread, Limit: 1})
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "", noThread()
	}
	return list[0].DatasetID, nil
}

// answered is one answer of a thread.
type answered struct{ run, dataset, question, sentence, plan, change string }

// threadFold reads a thread from its newest answer back.
type threadFold struct {
	into *ThreadContext
	// settled says that what may be refined is known: an answer, or nothing.
	settled bool
	// over says that what is older is no part of the conversation any more.
	over bool
	gone map[string]bool // names decided by a newer answer
}

func (f *threadFold) back(a answered) error {
	if a.change == "" {
		f.answer(a)
		return nil
	}
	var c event.ThreadChange
	if err := json.Unmarshal([]byte(a.change), &c); err != nil {
		return fmt.Errorf("read thread: %w", err)
	}
	switch {
	case c.Reset:
		f.settled, f.over = true, true
	case c.Forgot != "":
		f.gone[strings.ToLower(c.Forgot)] = true
	case c.Named != nil && !f.gone[strings.ToLower(c.Named.Name)]:
		f.gone[strings.ToLower(c.Named.Name)] = true
		f.into.Named = append(f.into.Named, *c.Named)
	}
	return nil
}

// answer takes in an answer that had a result. One without a plan ends what can be
// refined.
func (f *threadFold) answer(a answered) {
	if !f.settled && a.plan != "" {
		f.into.Previous = &event.Previous{RunID: a.run, Sentence: a.sentence, Plan: json.RawMessage(a.plan)}
	}
	f.settled = true
	if a.plan == "" || a.question == "" {
		f.over = true
	}
	if !f.over && len(f.into.Turns) < maxTurns {
		f.into.Turns = append(f.into.Turns, a.question)
	}
}
