package syncer

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
	"github.com/leo-analytics/leo/syncer/describe"
	"github.com/leo-analytics/leo/syncer/relate"
)

// step is one step of a sync. Doing one twice is the same as doing it once.
type step struct {
	name string
	do   func(ctx context.Context, w *syncing) (outcome, error)
}

// outcome is what a step did. The zero state is done.
type outcome struct {
	state   catalog.SyncStepState
	changed int
	detail  string
}

// stepEmbed is the step that writes the search index.
const stepEmbed = "embed"

// steps are those of every sync, in their order.
func steps() []step {
	return []step{{"profile", profile}, {"relate", judge}, {"describe", describeAll}, {"publish", publish}, {stepEmbed, embed}}
}

// profile sees to it that every column has a profile and every guessed relation was
// measured, which takes a sandbox where something is missing.
func profile(ctx context.Context, w *syncing) (outcome, error) {
	d := w.dataset
	missing, guessed := unprofiled(d), len(relate.Unmeasured(d))
	if missing == 0 && guessed == 0 {
		return outcome{detail: "The profile that preparation made is complete."}, nil
	}
	if err := survey(ctx, w); err != nil {
		return outcome{}, err
	}
	if f := w.dataset.Survey.Fault; f != nil {
		return outcome{}, f
	}
	done := missing - unprofiled(w.dataset) + guessed - len(relate.Unmeasured(w.dataset))
	return outcome{changed: done, detail: fmt.Sprintf("%d columns were profiled and %d relations measured.", missing, guessed)}, nil
}

// survey has a sandbox look at the version, unless one did. One that failed for an
// earlier sync is made again.
func survey(ctx context.Context, w *syncing) error {
	stale := func(d *catalog.Dataset) bool {
		return d.Survey != nil && d.Survey.Fault != nil && d.Survey.At.Before(w.state.Current.Began)
	}
	err := w.change(ctx, func(d *catalog.Dataset) bool {
		if !stale(d) {
			return false
		}
		d.Survey = nil
		return true
	})
	d := w.dataset
	if err != nil || d.Survey != nil {
		return err
	}
	data, err := json.Marshal(registry.PrepareTask{ID: d.ID, Version: d.Version})
	if err != nil {
		return fmt.Errorf("encode survey task: %w", err)
	}
	err = w.s.bus.Enqueue(ctx, bus.Task{
		Org: d.Org, Kind: registry.TaskSurvey, ID: d.ID + "-" + d.Version[:min(16, len(d.Version))], Data: data,
	})
	if err != nil {
		return err
	}
	found, err := w.surveyed(ctx, d)
	if err == nil {
		w.dataset = found
	}
	return err
}

func unprofiled(d *catalog.Dataset) int {
	n := 0
	for _, t := range d.Tables {
		for _, c := range t.Columns {
			if c.Profile == nil {
				n++
			}
		}
	}
	return n
}

// lookEvery is how often the record is read while a sandbox is at work on it.
const lookEvery = 200 * time.Millisecond

// surveyed waits until a sandbox has looked at a version and returns its record.
// RUNNER_TIMEOUT if that takes longer than it may.
func (w *syncing) surveyed(ctx context.Context, d *catalog.Dataset) (*catalog.Dataset, error) {
	timeout := w.s.cfg.SurveyTimeout
	wait, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		now, err := w.s.registry.Record(wait, d.Org, d.ID, d.Version)
		if err == nil && now.Survey != nil {
			return now, nil
		}
		if fault.CodeOf(err) == fault.NotFound {
			return nil, err
		}
		select {
		case <-tick.C:
		case <-w.stopping.Done():
			return nil, errStopping
		case <-wait.Done():
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, fault.New(fault.Timeout, "No sandbox has looked at dataset %q within %s.", d.ID, timeout).
				WithHint("See whether a sandboxd is running.")
		}
	}
}

// judge drops the relations that the data refutes.
func judge(ctx context.Context, w *syncing) (outcome, error) {
	var dropped []string
	if err := w.change(ctx, func(d *catalog.Dataset) bool {
		dropped = relate.Judge(d)
		return len(dropped) > 0
	}); err != nil {
		return outcome{}, err
	}
	if len(dropped) == 0 {
		return outcome{detail: fmt.Sprintf("%d relations hold.", len(w.dataset.Relations))}, nil
	}
	return outcome{changed: len(dropped), detail: strings.Join(dropped, " ")}, nil
}

// describeAll writes what nobody said: rules do, then a model where there is one.
func describeAll(ctx context.Context, w *syncing) (outcome, error) {
	n := 0
	if err := w.change(ctx, func(d *catalog.Dataset) bool {
		n = describe.Rules(d)
		return n > 0
	}); err != nil {
		return outcome{}, err
	}
	out := outcome{changed: n, detail: fmt.Sprintf("%d descriptions were written by rules.", n)}
	if !w.asksModel() {
		return out, nil
	}
	m, detail, err := describeByModel(ctx, w)
	out.changed += m
	out.detail += " " + detail
	return out, err
}

// asksModel reports whether this sync may cost what a model costs: those that
// merely look after what is there do not.
func (w *syncing) asksModel() bool {
	if w.s.cfg.Model == nil || w.s.cfg.ModelTokens <= 0 {
		return false
	}
	reason := w.state.Current.Reason
	return reason == catalog.SyncVersion || reason == catalog.SyncAsked || reason == catalog.SyncRetry
}

// describeByModel has a model describe what only rules did. A model that does not
// answer fails the step, which is tried again; one that answers nonsense, or may not
// be asked any more, leaves the rules' texts.
func describeByModel(ctx context.Context, w *syncing) (int, string, error) {
	seen, err := w.s.registry.Version(ctx, w.dataset.Org, w.dataset.ID, w.dataset.Version)
	if err != nil {
		return 0, "", err
	}
	model := w.s.cfg.Model
	asking, done := until(ctx, w.stopping)
	defer done()
	texts, used, asked := describe.Ask(asking, model, seen, w.s.cfg.ModelTokens)
	n := 0
	if err := w.change(ctx, func(d *catalog.Dataset) bool {
		n = describe.Write(d, texts)
		return n > 0
	}); err != nil {
		return 0, "", err
	}
	said := fmt.Sprintf("%d were written by the model %s, for %d tokens.", n, model.Model(), used.InputTokens+used.OutputTokens)
	switch {
	case asked == nil:
		return n, said, nil
	case w.stopping.Err() != nil:
		return n, said, errStopping
	case ctx.Err() != nil || fault.CodeOf(asked).Disposition() == fault.Retry:
		return n, said, asked
	}
	w.s.log.WarnContext(ctx, "the model did not describe a dataset", "org", w.dataset.Org, "dataset", w.dataset.ID, "error", asked)
	return n, said + " " + fault.From(asked).Message, nil
}

// publish makes the catalogue, with what people said, the one that questions are
// planned on.
func publish(ctx context.Context, w *syncing) (outcome, error) {
	d, err := w.s.registry.Record(ctx, w.dataset.Org, w.dataset.ID, w.dataset.Version)
	if err != nil {
		return outcome{}, err
	}
	w.curation.Apply(d)
	hash, changed, err := w.s.registry.Publish(ctx, d)
	if err != nil {
		return outcome{}, err
	}
	w.state.Current.Snapshot = hash
	if !changed {
		return outcome{detail: fmt.Sprintf("The catalogue is %.12s, as before.", hash)}, nil
	}
	return outcome{changed: 1, detail: fmt.Sprintf("The catalogue is %.12s.", hash)}, nil
}

func encode(v any) (json.RawMessage, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode sync: %w", err)
	}
	return data, nil
}
