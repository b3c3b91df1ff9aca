package main

import (
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"
)

const (
	calmPerSecond = 8
	calmSpan      = time.Minute
)

// gone is something Leo is said to do without.
type gone struct {
	name       string
	take, give func() error
}

func (s *storm) gone() []gone {
	link := func(name string, l *link, hole bool) gone {
		return gone{
			name: name,
			take: func() error { l.set(0, hole, !hole); return nil },
			give: func() error { l.mend(); return nil },
		}
	}
	aside := s.archive + ".aside"
	return []gone{
		link("Redis, whose network is cut", s.kept, false),
		link("Redis, which never answers", s.kept, true),
		link("Qdrant, whose network is cut", s.found, false),
		link("Qdrant, which never answers", s.found, true),
		{
			name: "the archive's place",
			take: func() error {
				if err := os.Rename(s.archive, aside); err != nil {
					return err
				}
				return os.WriteFile(s.archive, nil, 0o600)
			},
			give: func() error {
				if err := os.Remove(s.archive); err != nil {
					return err
				}
				return os.Rename(aside, s.archive)
			},
		},
	}
}

// calmMinutes takes away one thing after another, for a minute each in which nothing else
// fails and people go on asking and searching: every question is answered, and every
// search.
func (q *questions) calmMinutes() {
	first := q.n
	for _, g := range q.s.gone() {
		if err := g.take(); err != nil {
			q.t.Error(err)
			continue
		}
		var searched atomic.Int64
		h, failed := openLoop(q.ctx, calmPerSecond, calmSpan, func(i int) error {
			if i%4 == 0 {
				searched.Add(1)
				return q.client(i/4).call(q.ctx, http.MethodGet, "/api/v1/catalog/search?q=revenue+of+customers", nil, nil)
			}
			return q.calmQuestion(first + i)
		})
		first += int(calmPerSecond * calmSpan.Seconds())
		if err := g.give(); err != nil {
			q.t.Error(err)
		}
		for _, err := range failed {
			q.t.Errorf("without %s: %v", g.name, err)
		}
		fmt.Fprintf(os.Stdout, "a minute without %s: %d searches and the rest questions, %d failed: %v\n", g.name, searched.Load(), len(failed), h)
	}
}

// calmQuestion asks question i and waits for its answer.
func (q *questions) calmQuestion(i int) error {
	a := stormQuestion{body: map[string]any{"dataset_id": "ecommerce"}}
	vague := false
	switch i % 4 {
	case 1: // what somebody asked before, perhaps
		a.body["sql"] = fmt.Sprintf(quickSQL, i%60)
	case 2: // what may be asked back about, with what people verified
		a.body["question"], vague = "Top 3 countries by revenue", true
	default:
		a.body["question"] = q.questions[i%len(q.questions)].Question
	}
	id := q.insist(i, i, a)
	q.mu.Lock()
	q.accepted[i] = id
	q.vague[id] = vague
	q.mu.Unlock()
	last := ""
	err := q.client(i).watch(q.ctx, id, func(name string, _ []byte) error { last = name; return nil })
	if err == nil && last != "answered" && (last != "needs_input" || !vague) {
		err = fmt.Errorf("question %v, run %s, ended as %s", a.body, id, last)
	}
	return err
}

// verify runs a question and vouches for its answer, so that there is something to
// propose, and returns its run.
func (s *storm) verify(t *testing.T, question string) (runID string) {
	t.Helper()
	c := s.asker("gateway-1").ask(t, map[string]any{"dataset_id": "ecommerce", "question": question})
	if err := s.client("gateway-1").call(t.Context(), http.MethodPost, "/api/v1/runs/"+c.RunID+"/verify", map[string]any{}, nil); err != nil {
		t.Fatal(err)
	}
	return c.RunID
}
