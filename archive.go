package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leo-analytics/leo/gateway/api"
	"github.com/leo-analytics/leo/shared/archive"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/lifecycle"
)

// withArchive keeps the archive beside a part, where one is configured.
func (u *up) withArchive(part lifecycle.Part, b *bus.Bus) lifecycle.Part {
	if u.cfg.ArchiveDir == "" {
		return part
	}
	k := archive.NewKeeper(archive.Config{Dir: u.cfg.ArchiveDir, SegmentBytes: u.cfg.ArchiveBytes}, b, u.log)
	u.archive = k
	u.collectors = append(u.collectors, k)
	run := part.Run
	part.Run = func(ctx context.Context) error {
		g, ctx := errgroup.WithContext(ctx)
		g.Go(func() error { return run(ctx) })
		g.Go(func() error { return k.Run(ctx) })
		return g.Wait()
	}
	return part
}

// archiveCheck says how the archive is. It is never a reason to be out of rotation:
// what it missed it takes from the log.
func (u *up) archiveCheck(ctx context.Context) api.Check {
	state, err := u.archive.State(ctx)
	if err != nil {
		state = "not kept just now: " + fault.From(err).Message
	}
	return api.Check{Name: "archive", OK: true, Detail: state}
}

// archivedSource is what an archive has, and then what the server has beyond it.
// Gaps are told on notes.
func archivedSource(cl *client, o replayOptions, query url.Values, notes io.Writer) eventSource {
	return func(ctx context.Context, fn func(logged) error) error {
		s, err := readArchive(ctx, o, query, fn)
		if err != nil {
			return err
		}
		tellGaps(notes, s)
		return readLog(ctx, cl, query, func(l logged) error {
			switch {
			case l.Seq <= s.Last:
				return nil
			case l.Missing != 0:
				tellGap(notes, max(l.Missing, s.Last+1), l.Seq)
				return nil
			}
			return fn(l)
		})
	}
}

func tellGaps(to io.Writer, s archive.Summary) {
	for _, gap := range s.Gaps {
		tellGap(to, gap.From, gap.To)
	}
}

func tellGap(to io.Writer, from, last uint64) {
	fmt.Fprintf(to, "events %d to %d are missing: the log had let go of them\n", from, last)
}

// readArchive gives the events of an archive that the query asks for.
func readArchive(ctx context.Context, o replayOptions, query url.Values, fn func(logged) error) (archive.Summary, error) {
	var times [2]time.Time
	for i, name := range []string{"from", "to"} {
		if text := query.Get(name); text != "" {
			at, err := time.Parse(time.RFC3339Nano, text)
			if err != nil {
				return archive.Summary{}, err
			}
			times[i] = at
		}
	}
	return archive.Read(ctx, o.archive, func(r archive.Record) error {
		where, err := event.ParseSubject(r.Subject)
		if r.Missing != 0 || err == nil && (where.Org != o.org || query.Has("run_id") && where.RunID != query.Get("run_id")) {
			return nil
		}
		if !times[0].IsZero() && r.Time.Before(times[0]) || !times[1].IsZero() && !r.Time.Before(times[1]) {
			return nil
		}
		return fn(logged{Seq: r.Seq, Subject: r.Subject, Data: r.Data})
	})
}

// replayArchive prints the events of an archive, or checks it and folds its runs.
func (a *app) replayArchive(ctx context.Context, o replayOptions, query url.Values) error {
	if !o.verify {
		_, err := readArchive(ctx, o, query, a.printLogged)
		return err
	}
	var s archive.Summary
	runs, events, _, err := foldLog(ctx, func(ctx context.Context, fn func(logged) error) (err error) {
		s, err = readArchive(ctx, o, query, fn)
		return err
	})
	if err != nil {
		return err
	}
	different, ended := 0, 0
	for id, f := range runs {
		switch {
		case f.err != nil:
			different++
			fmt.Fprintf(a.out, "run %s: %s\n", id, f.err)
		case f.capsule.Status.Terminal():
			ended++
		}
	}
	tellGaps(a.out, s)
	fmt.Fprintf(a.out, "%d events, %d runs, %d ended: %d differences\n", events, len(runs), ended, different)
	fmt.Fprintf(a.out, "archived: events %d to %d in %d files, whole; hash of the last %s\n", s.First, s.Last, s.Segments, s.Chain)
	if different > 0 {
		return fault.New(fault.Conflict, "%d runs of the archive contradict themselves.", different).WithHint("Do not rely on these runs.")
	}
	return nil
}
