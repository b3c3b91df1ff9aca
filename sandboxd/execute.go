package sandboxd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/cache"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// The preview is what travels in the event: enough for the page's first table,
// small enough for one message.
const (
	previewRows  = 200
	previewBytes = 96 << 10
	outputBytes  = 16 << 10
)

// execute runs the statement of one planned event.
func (s *Service) execute(ctx context.Context, t *bus.Turn) error {
	planned, ok := t.Event.Body.(event.Planned)
	if !ok {
		return fmt.Errorf("worker got a %s event", t.Event.Kind())
	}
	began := time.Now()
	x := &execution{service: s, turn: t, planned: planned, queued: began.Sub(t.Event.Time)}
	body, err := x.run(ctx)
	switch {
	case errors.Is(err, bus.ErrMovedOn) || errors.Is(err, context.Canceled):
		return err
	case err != nil && fault.CodeOf(err).Disposition() == fault.Retry && !x.hopeless(err):
		return err
	case err != nil:
		return t.Append(ctx, x.failure(fault.From(err)))
	}
	body.Timings.TotalMS = ms(time.Since(began))
	return t.Append(ctx, body)
}

// execution is one statement on its way.
type execution struct {
	service *Service
	turn    *bus.Turn
	planned event.Planned
	queued  time.Duration
	resp    *protocol.Response
	// ran says that a sandbox got the statement.
	ran bool
}

// hopeless says of a failure that may pass that it did not: a sandbox that ended
// badly over the same statement twice will do so again, and each time costs one.
func (x *execution) hopeless(err error) bool {
	return x.ran && fault.CodeOf(err) == fault.Internal && x.turn.Attempt > 1
}

// run takes the statement from the dataset to the stored result.
func (x *execution) run(ctx context.Context) (event.Executed, error) {
	asked, err := x.asked(ctx)
	if err != nil {
		return event.Executed{}, err
	}
	d, err := x.service.registry.Known(ctx, x.turn.Event.Org, asked.Dataset.ID, asked.Dataset.Version)
	if err != nil {
		return event.Executed{}, err
	}
	found, turn, err := x.recall(ctx, asked, d)
	if err != nil {
		return event.Executed{}, err
	}
	if found != nil {
		return x.again(ctx, found)
	}
	if turn != nil {
		// Whoever waits for a result that does not come goes ahead.
		defer turn.End(ctx)
	}
	body, err := x.compute(ctx, d, turn)
	if err != nil && turn != nil && ctx.Err() == nil {
		turn.Refuse()
	}
	return body, err
}

// again is the event of a result that was computed before.
func (x *execution) again(ctx context.Context, found *remembered) (event.Executed, error) {
	x.resp = found.Response
	body, err := x.executed(ctx, executor.Stats{Engine: found.Engine})
	body.Cache, body.Executor, body.CachedAt = cacheHit, found.Executor, found.At
	body.Timings.PrepareMS, body.Timings.ExecMS = 0, 0
	return body, err
}

// compute runs the statement in a sandbox.
func (x *execution) compute(ctx context.Context, d *catalog.Dataset, turn *cache.Turn) (event.Executed, error) {
	dir, release, err := x.data(ctx, d)
	if err != nil {
		return event.Executed{}, err
	}
	defer release()

	box, err := x.service.exec.Prepare(ctx, x.service.spec(x.turn.Event.Org, x.mode(), dir, x.planned.Limits.MemoryMB))
	if err != nil {
		return event.Executed{}, err
	}
	defer x.destroy(ctx, box)
	if x.turn.Resumed == nil {
		started := event.Started{Executor: x.service.label, SandboxID: box.ID(), Attempt: x.turn.Attempt}
		if err := x.turn.Append(ctx, started); err != nil {
			return event.Executed{}, err
		}
	}
	resp, stats, err := box.Run(ctx, x.request())
	x.resp, x.ran = resp, true
	if stats.Stderr != "" {
		x.turn.Log.InfoContext(ctx, "runner wrote to stderr", "sandbox", box.ID(), "stderr", stats.Stderr)
	}
	if err != nil {
		return event.Executed{}, err
	}
	x.remember(ctx, turn, stats)
	body, err := x.executed(ctx, stats)
	if turn != nil {
		body.Cache = cacheMiss
	}
	return body, err
}

// asked returns the event that opened the run.
func (x *execution) asked(ctx context.Context) (event.Asked, error) {
	events, err := x.turn.Events(ctx)
	if err != nil {
		return event.Asked{}, err
	}
	if len(events) > 0 {
		if a, ok := events[0].Body.(event.Asked); ok {
			return a, nil
		}
	}
	return event.Asked{}, fmt.Errorf("run %s does not begin with asked", x.turn.Event.RunID)
}

// mode is the language of the statement.
func (x *execution) mode() protocol.QueryType {
	if x.planned.QueryType == string(protocol.Python) {
		return protocol.Python
	}
	return protocol.SQL
}

// data returns the directory that the statement reads.
func (x *execution) data(ctx context.Context, d *catalog.Dataset) (dir string, release func(), err error) {
	if x.mode() == protocol.Python {
		return x.service.frames(ctx, d, func() { x.turn.Progress("preparing", "Laying the tables out for Python") })
	}
	dir, release, err = x.service.cache.Dataset(ctx, d)
	if err == nil {
		x.service.places.add(d, dir)
	}
	return dir, release, err
}

// spec describes a sandbox that fits every run of this mode with this much
// memory: what else a run may ask for travels in its request, so that one that
// is already there can serve it.
func (s *Service) spec(org string, mode protocol.QueryType, dir string, memoryMB int) executor.Spec {
	most := s.cfg.Limits.Max
	return executor.Spec{Mode: mode, DataDir: dir, Org: org, Limits: executor.Limits{
		Memory:    int64(memoryMB) << 20,
		Timeout:   time.Duration(most.TimeoutMS) * time.Millisecond,
		MaxOutput: int64(most.MaxOutputBytes),
	}}
}

func (x *execution) request() protocol.Request {
	l := x.planned.Limits
	req := protocol.Request{
		ID: x.turn.Event.RunID, QueryType: protocol.SQL,
		Statement: x.planned.SQL, CountsStatement: x.planned.CountsSQL, Tables: x.planned.Tables,
		TimeoutMS: l.TimeoutMS, MaxRows: l.MaxRows, MaxOutputBytes: l.MaxOutputBytes,
	}
	if x.mode() == protocol.Python {
		req.QueryType, req.Statement = protocol.Python, x.planned.Python
	}
	return req
}

// destroy ends the sandbox even when the run was cancelled.
func (x *execution) destroy(ctx context.Context, box executor.Sandbox) {
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	if err := box.Destroy(closing); err != nil {
		x.turn.Log.ErrorContext(ctx, "sandbox could not be destroyed", "sandbox", box.ID(), "error", err)
	}
}

// executed stores the full result, when the preview does not hold it, and
// returns the event.
func (x *execution) executed(ctx context.Context, stats executor.Stats) (event.Executed, error) {
	r := x.resp
	body := event.Executed{
		Columns: make([]event.Column, len(r.Columns)), RowCount: r.RowCount,
		Truncated: r.Truncated, TruncatedBy: r.TruncatedBy,
		RowsRead: count(r.Counts, "rows_read"), RowsKept: count(r.Counts, "rows_kept"),
		Executor: x.service.label, Cache: cacheOff, Engine: stats.Engine, Warm: stats.Warm,
		Timings: event.Timings{QueueMS: ms(max(0, x.queued)), PrepareMS: ms(stats.Prepare), ExecMS: r.ExecTimeMS},
		Stdout:  clip(r.StdoutTrunc), Stderr: clip(r.StderrTrunc),
	}
	for i, c := range r.Columns {
		body.Columns[i] = event.Column{Name: c.Name, Type: c.Type}
	}
	body.Preview = preview(r.Rows)
	if len(body.Preview) == len(r.Rows) {
		return body, nil
	}
	ref, err := x.store(ctx, body.Columns)
	body.Result = ref
	return body, err
}

// fullResult is the stored form of a result; the gateway serves it.
type fullResult struct {
	Columns     []event.Column `json:"columns"`
	Rows        [][]any        `json:"rows"`
	RowCount    int            `json:"row_count"`
	Truncated   bool           `json:"truncated"`
	TruncatedBy string         `json:"truncated_by,omitempty"`
}

// store writes the full result under the run, step and attempt. What an attempt
// that lost has stored goes with the bucket's age limit.
func (x *execution) store(ctx context.Context, columns []event.Column) (*event.ObjectRef, error) {
	data, err := json.Marshal(fullResult{
		Columns: columns, Rows: x.resp.Rows, RowCount: x.resp.RowCount,
		Truncated: x.resp.Truncated, TruncatedBy: x.resp.TruncatedBy,
	})
	if err != nil {
		return nil, fmt.Errorf("encode result: %w", err)
	}
	e := x.turn.Event
	key := fmt.Sprintf("%s/%s/%02d-%d.json", e.Org, e.RunID, e.Step, x.turn.Attempt)
	info, err := x.service.results.Put(ctx, key, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	return &event.ObjectRef{Bucket: "results", Key: key, Bytes: info.Bytes, SHA256: info.SHA256}, nil
}

// failure is the event that ends the run for f: rejected when the statement was
// refused, failed when it broke. Where the planner asked for it and the statement
// is to blame, it goes back to the planner instead.
func (x *execution) failure(f *fault.Fault) event.Body {
	if x.planned.Repairable && blamesStatement(f.Code) {
		return event.Executed{Fault: f, Columns: []event.Column{}, Preview: [][]any{}, Executor: x.service.label, Cache: cacheOff}
	}
	if f.Code.Rejects() {
		return event.Rejected{Stage: event.StageChecking, Fault: f}
	}
	body := event.Failed{Stage: event.StageExecuting, Fault: f}
	if x.resp != nil {
		body.Stdout, body.Stderr = clip(x.resp.StdoutTrunc), clip(x.resp.StderrTrunc)
	}
	return body
}

// blamesStatement reports whether another statement may fare better. Those that
// ran into a limit are not tried again: each costs the whole limit.
func blamesStatement(c fault.Code) bool {
	switch c {
	case fault.SQLPolicy, fault.PythonPolicy, fault.PythonExecution, fault.Query, fault.Validation:
		return true
	}
	return false
}

// preview returns the first rows that fit.
func preview(rows [][]any) [][]any {
	out, size := [][]any{}, 0
	for _, row := range rows[:min(len(rows), previewRows)] {
		line, err := json.Marshal(row)
		if err != nil {
			break
		}
		if size += len(line) + 1; size > previewBytes {
			break
		}
		out = append(out, row)
	}
	return out
}

func count(counts map[string]int64, name string) *int64 {
	if n, ok := counts[name]; ok {
		return &n
	}
	return nil
}

// clip shortens text to what an event may carry, at a character's end.
func clip(s string) string {
	if len(s) <= outputBytes {
		return s
	}
	return strings.ToValidUTF8(s[:outputBytes], "")
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
