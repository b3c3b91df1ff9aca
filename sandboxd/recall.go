package sandboxd

import (
	"context"
	"encoding/json"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/cache"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
)

// Whether a result was found, as it stands in the executed event.
const (
	cacheOff  = "off"
	cacheMiss = "miss"
	cacheHit  = "hit"
)

// remembered is a result as it is kept: all that the run after it needs.
type remembered struct {
	Response *protocol.Response `json:"response"`
	// Executor and Engine computed it, At then.
	Executor string    `json:"executor"`
	Engine   string    `json:"engine,omitempty"`
	At       time.Time `json:"at"`
}

// cacheable reports whether this run may be answered with what another one
// computed: one that is done again, to see whether the same comes out, may not.
func (x *execution) cacheable(asked event.Asked) bool {
	return x.service.cfg.Results != nil && !asked.Fresh && (x.mode() == protocol.SQL || x.service.cfg.CachePython)
}

// key is everything the result depends on.
func (x *execution) key(d *catalog.Dataset) cache.Key {
	l := x.planned.Limits
	statement := x.planned.SQL
	if x.mode() == protocol.Python {
		statement = x.planned.Python
	}
	return cache.Key{
		Org: x.turn.Event.Org, Dataset: d.ID, Version: d.Version,
		Statement: statement, Counts: x.planned.CountsSQL, Tables: x.planned.Tables,
		Dialect: string(x.mode()) + " " + x.service.cfg.Build,
		Rows:    l.MaxRows, Bytes: l.MaxOutputBytes,
	}
}

// recall returns the result of the same statement over the same data, or the turn
// to compute it; neither where results are not kept.
func (x *execution) recall(ctx context.Context, asked event.Asked, d *catalog.Dataset) (*remembered, *cache.Turn, error) {
	if !x.cacheable(asked) {
		return nil, nil, nil
	}
	value, turn, err := x.service.cfg.Results.Find(ctx, x.key(d))
	if err != nil || turn != nil {
		return nil, turn, err
	}
	var found remembered
	if err := json.Unmarshal(value, &found); err != nil || found.Response == nil {
		// It was sealed by a program that wrote it differently.
		x.turn.Log.WarnContext(ctx, "a cached result could not be read", "error", err)
		return nil, nil, nil
	}
	return &found, nil, nil
}

// remember keeps the result for others, unless it may come out differently.
func (x *execution) remember(ctx context.Context, turn *cache.Turn, stats executor.Stats) {
	if turn == nil {
		return
	}
	if x.resp == nil || x.resp.Volatile {
		turn.Refuse()
		return
	}
	value, err := json.Marshal(remembered{Response: x.resp, Executor: x.service.label, Engine: stats.Engine, At: time.Now().UTC()})
	if err != nil {
		turn.Refuse()
		return
	}
	turn.Keep(ctx, value)
}
