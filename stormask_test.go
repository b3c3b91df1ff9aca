package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
)

const stormAskers = 24

// questions are what a storm is asked, and what it said.
type questions struct {
	t         *testing.T
	ctx       context.Context //nolint:containedctx // that of the test
	s         *storm
	n         int
	questions []datasetstest.Question

	mu sync.Mutex // guards what follows
	// accepted are the runs, by number; cancelled those somebody tried to cancel, vague
	// those that may end with a question.
	accepted  map[int]string
	cancelled map[string]bool
	vague     map[string]bool
	// told are the lines that streams told, by run.
	told map[string][]string
}

func (s *storm) newQuestions(ctx context.Context, n int) *questions {
	return &questions{
		t: s.t, ctx: ctx, s: s, n: n, questions: datasetstest.Questions(s.t, "ecommerce"),
		accepted: map[int]string{}, cancelled: map[string]bool{}, vague: map[string]bool{}, told: map[string][]string{},
	}
}

// stormQuestion is what one question is, and what is done to it.
type stormQuestion struct {
	body                 map[string]any
	cancel, watch, twice bool
}

// question is decided by the seed and the number alone.
func (q *questions) question(i int) stormQuestion {
	rng := rand.New(rand.NewPCG(q.s.seed, uint64(i)+1000))
	a := stormQuestion{body: map[string]any{"dataset_id": "ecommerce"}, watch: rng.IntN(10) == 0, twice: rng.IntN(40) == 0}
	switch kind := rng.IntN(100); {
	case kind < 86: // what somebody asked before
		a.body["sql"] = fmt.Sprintf(quickSQL, rng.IntN(40))
	case kind < 94:
		a.body["sql"] = fmt.Sprintf(quickSQL, 1000+i)
	case kind < 98:
		a.body["question"] = q.questions[rng.IntN(len(q.questions))].Question
	default:
		a.body["sql"] = fmt.Sprintf(slowSQL, i)
		a.cancel = rng.IntN(2) == 0
	}
	return a
}

// askAll asks every question until it is accepted, and reports how many were.
func (q *questions) askAll(report func(n int)) {
	next := make(chan int)
	var askers sync.WaitGroup
	for range stormAskers {
		askers.Go(func() {
			for i := range next {
				q.ask(i)
			}
		})
	}
	last := time.Now()
	for i := range q.n {
		if time.Since(last) > 30*time.Second {
			last = time.Now()
			report(i)
		}
		next <- i
	}
	close(next)
	askers.Wait()
}

func (q *questions) ask(i int) {
	a := q.question(i)
	id := q.insist(i, i, a)
	if id == "" {
		return
	}
	if a.twice {
		if again := q.insist(i, i+1, a); again != id && q.ctx.Err() == nil {
			q.t.Errorf("question %d is run %s and run %s", i, id, again)
		}
	}
	q.mu.Lock()
	q.accepted[i] = id
	q.cancelled[id] = a.cancel
	q.mu.Unlock()
	if a.cancel {
		ctx, done := context.WithTimeout(q.ctx, 10*time.Second)
		_ = q.client(i).call(ctx, http.MethodPost, "/api/v1/runs/"+id+"/cancel", nil, nil) // it may have ended, or nobody answers
		done()
	}
	if a.watch {
		q.watch(i, id)
	}
}

func (q *questions) client(i int) *client { return q.s.client(fmt.Sprintf("gateway-%d", i%2+1)) }

// insist posts a question until one of the gateways accepts it.
func (q *questions) insist(i, gateway int, a stormQuestion) string {
	body, err := json.Marshal(a.body)
	if err != nil {
		q.t.Error(err)
		return ""
	}
	for try := gateway; q.ctx.Err() == nil; try++ {
		ctx, done := context.WithTimeout(q.ctx, 20*time.Second)
		id := post(ctx, q.client(try), body, fmt.Sprintf("storm-%d", i))
		done()
		if id != "" {
			return id
		}
		_ = pause(q.ctx, 50*time.Millisecond)
	}
	return ""
}

// watch follows a run for a while and keeps what was told of it.
func (q *questions) watch(i int, id string) {
	ctx, done := context.WithTimeout(q.ctx, time.Minute)
	defer done()
	var lines []string
	_ = q.client(i).watch(ctx, id, func(name string, data []byte) error { // its gateway may be gone
		if name != "progress" { // which is told and not kept
			lines = append(lines, string(data))
		}
		return nil
	})
	q.mu.Lock()
	defer q.mu.Unlock()
	q.told[id] = lines
}

// eachRun does something for every run, some at a time.
func (q *questions) eachRun(once func(id string)) {
	next := make(chan string)
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for id := range next {
				once(id)
			}
		})
	}
	for _, id := range q.accepted {
		next <- id
	}
	close(next)
	workers.Wait()
}
