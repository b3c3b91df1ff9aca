package syncer

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"time"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
	"github.com/leo-analytics/leo/shared/vector"
	"github.com/leo-analytics/leo/shared/verified"
)

// everyone is what tasks about no organisation are filed under.
const everyone = "all"

// kinds are what searches find.
func kinds() []vector.Kind { return []vector.Kind{vector.Catalogue, vector.Verified} }

// embed makes searches find the catalogue as it was published, and the questions
// that were vouched for.
func embed(ctx context.Context, w *syncing) (outcome, error) {
	x := w.s.index
	if x == nil {
		return outcome{state: catalog.StepSkipped, detail: "Each process searches by words, over the catalogue itself."}, nil
	}
	writing, done := until(ctx, w.stopping)
	defer done()
	n, err := w.s.point(writing, w.dataset.Org, w.dataset.ID)
	if err != nil && w.stopping.Err() != nil {
		return outcome{}, errStopping
	}
	if err != nil {
		return outcome{}, err
	}
	_, how := x.Answers()
	return outcome{changed: n, detail: fmt.Sprintf("%d tables, columns and questions are found: %s.", n, how)}, nil
}

// point writes what a dataset is found by and returns how many points that are. Of
// a dataset that is gone nothing is left. What changes meanwhile is written, too.
func (s *Service) point(ctx context.Context, org, id string) (int, error) {
	var was [][]vector.Point
	for {
		places, questions, err := s.points(ctx, org, id)
		if fault.CodeOf(err) == fault.NotFound {
			return 0, s.forget(ctx, org, id)
		}
		now := [][]vector.Point{places, questions}
		if err != nil || reflect.DeepEqual(now, was) {
			return len(places) + len(questions), err
		}
		if err := s.index.Replace(ctx, org, vector.Catalogue, id, places); err != nil {
			return 0, err
		}
		if err := s.index.Replace(ctx, org, vector.Verified, id, questions); err != nil {
			return 0, err
		}
		was = now
	}
}

// points reads what a dataset is found by. NOT_FOUND says that it is gone.
func (s *Service) points(ctx context.Context, org, id string) (places, questions []vector.Point, err error) {
	d, err := s.registry.Get(ctx, org, id)
	if err != nil {
		return nil, nil, err
	}
	answers, err := s.answers.List(ctx, org)
	for _, a := range answers {
		if a.DatasetID == id {
			questions = append(questions, vector.Question(a.ID, id, a.Question))
		}
	}
	return vector.Schema(d.Visible()), questions, err
}

func (s *Service) forget(ctx context.Context, org, id string) error {
	for _, kind := range kinds() {
		if err := s.index.DeleteGroup(ctx, org, kind, id); err != nil {
			return err
		}
	}
	return nil
}

// until returns a context that ends with ctx, and when the process begins to shut
// down: what others can do again does not wait for a server that may be away.
func until(ctx, stopping context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(stopping, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}

// workIndex does the tasks of the index.
func (s *Service) workIndex(ctx context.Context) error {
	return s.bus.WorkTasks(ctx, registry.TaskIndex, 1, func(work context.Context, t bus.Task, _ int) error {
		writing, done := until(work, ctx)
		defer done()
		_, err := s.point(writing, t.Org, t.ID)
		return err
	})
}

// workReindex fills the index anew where that is due: one syncer of the deployment
// at a time, so that nothing is embedded twice.
func (s *Service) workReindex(ctx context.Context) error {
	return s.bus.WorkTasks(ctx, registry.TaskReindex, 1, func(work context.Context, t bus.Task, _ int) error {
		ctx, done := until(work, ctx)
		defer done()
		kind := vector.Kind(t.ID)
		stale, err := s.index.Stale(ctx, kind)
		if err != nil || !stale {
			return err
		}
		began := time.Now()
		n := 0
		err = s.index.Reindex(ctx, kind, func(ctx context.Context) (err error) {
			n, err = s.fill(ctx, kind)
			return err
		})
		if err != nil {
			return err
		}
		s.log.InfoContext(ctx, "search index made anew", "kind", kind, "points", n, "ms", time.Since(began).Milliseconds())
		return nil
	})
}

// fill writes all points of a kind.
func (s *Service) fill(ctx context.Context, kind vector.Kind) (n int, err error) {
	orgs, err := s.registry.Orgs(ctx)
	if err != nil {
		return 0, err
	}
	for _, org := range orgs {
		list, err := s.registry.List(ctx, org)
		if err != nil {
			return n, err
		}
		for _, d := range list {
			places, questions, err := s.points(ctx, org, d.ID)
			if fault.CodeOf(err) == fault.NotFound {
				continue
			}
			if err != nil {
				return n, err
			}
			points := map[vector.Kind][]vector.Point{vector.Catalogue: places, vector.Verified: questions}[kind]
			if err := s.index.Replace(ctx, org, kind, d.ID, points); err != nil {
				return n, err
			}
			n += len(points)
		}
	}
	return n, nil
}

// ensureFresh has the index made anew where another model, or nobody, made it.
func (s *Service) ensureFresh(ctx context.Context) {
	for _, kind := range kinds() {
		stale, err := s.index.Stale(ctx, kind)
		if err != nil {
			if ctx.Err() == nil {
				s.log.WarnContext(ctx, "it is not known whether the search index is up to date; it is looked at again", "kind", kind, "error", err)
			}
			return
		}
		if stale {
			s.enqueue(ctx, bus.Task{Org: everyone, Kind: registry.TaskReindex, ID: string(kind)})
		}
	}
}

// watchIndex sees to it that the index is made anew where that is due, until ctx
// ends.
func (s *Service) watchIndex(ctx context.Context) error {
	tick := time.NewTicker(s.cfg.SweepEvery)
	defer tick.Stop()
	for {
		for _, t := range s.changed.take() {
			s.enqueue(ctx, t)
		}
		s.ensureFresh(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// followAnswers has the index follow the questions that people vouch for. What was
// vouched for before the last sync is in it.
func (s *Service) followAnswers(ctx context.Context) error {
	datasets := map[string]string{} // of answers, by org and id
	return s.answers.Watch(ctx, nil, func(a *verified.Answer) {
		datasets[a.Org+"."+a.ID] = a.DatasetID
		state, _, err := s.registry.SyncState(ctx, a.Org, a.DatasetID)
		if err == nil && state.Current != nil && a.VerifiedAt.Before(state.Current.Began.Truncate(time.Second)) {
			return
		}
		s.indexLater(ctx, a.Org, a.DatasetID)
	}, func(org, id string) {
		if dataset, ok := datasets[org+"."+id]; ok {
			delete(datasets, org+"."+id)
			s.indexLater(ctx, org, dataset)
		}
	})
}

// indexLater has a dataset's points written: now, and again with the next look at
// the index. A task that is just ending refuses a new one of its name, and what
// came in that moment would be missed.
func (s *Service) indexLater(ctx context.Context, org, id string) {
	t := bus.Task{Org: org, Kind: registry.TaskIndex, ID: id}
	s.changed.add(t)
	s.enqueue(ctx, t)
}

func (s *Service) enqueue(ctx context.Context, t bus.Task) {
	if err := s.bus.Enqueue(ctx, t); err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "a task of the search index cannot be queued", "org", t.Org, "id", t.ID, "error", err)
	}
}

// changed are tasks that are to be queued once more.
type changed struct {
	mu    sync.Mutex // guards the rest
	tasks map[string]bus.Task
}

func (c *changed) add(t bus.Task) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tasks == nil {
		c.tasks = map[string]bus.Task{}
	}
	c.tasks[t.Org+"."+t.ID] = t
}

// take returns them, each once.
func (c *changed) take() map[string]bus.Task {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.tasks
	c.tasks = nil
	return out
}
