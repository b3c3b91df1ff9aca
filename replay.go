package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// replayOptions are the flags of leo replay.
type replayOptions struct {
	since, until string
	verify       bool
	// archive is the directory of an archive to read first, org whose events of it,
	// and offline says that nothing else is read.
	archive, org string
	offline      bool
}

func (a *app) replayCommand() *cobra.Command {
	var o replayOptions
	c := &cobra.Command{
		Use: "replay [RUN_ID]", Short: "Print the events of a run or of a stretch of time, or fold the log again and compare",
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			query, err := o.query(given)
			if err != nil {
				return err
			}
			if o.offline {
				return a.replayArchive(c.Context(), o, query)
			}
			cl, stop, err := a.connect(c)
			if err != nil {
				return err
			}
			defer stop()
			events := logSource(cl, query, a.err)
			if o.archive != "" {
				events = archivedSource(cl, o, query, a.err)
			}
			if o.verify {
				return a.verifyLog(c.Context(), cl, query, events)
			}
			return events(c.Context(), a.printLogged)
		},
	}
	c.Flags().StringVar(&o.since, "since", "", "first time, as 2026-01-31 or 2026-01-31T08:30:00Z")
	c.Flags().StringVar(&o.until, "until", "", "time to stop before")
	c.Flags().BoolVar(&o.verify, "verify", false, "fold the events again and compare every capsule with the one that was recorded")
	c.Flags().StringVar(&o.archive, "archive", "", "directory of an archive to read before the log, whose hashes are checked on the way")
	c.Flags().BoolVar(&o.offline, "offline", false, "read the archive alone, without a server")
	c.Flags().StringVar(&o.org, "org", localOrg, "organisation whose events of the archive are read")
	return c
}

func (o replayOptions) query(given []string) (url.Values, error) {
	q := url.Values{}
	if o.verify && o.since+o.until != "" {
		return nil, fault.New(fault.Validation, "--verify compares whole runs, and a stretch of time cuts some in two.").
			WithHint("Give a run id, or nothing to compare every run.")
	}
	if o.offline && o.archive == "" {
		return nil, fault.New(fault.Validation, "--offline reads an archive, and none is named.").WithHint("Add --archive with its directory.")
	}
	if len(given) == 1 {
		q.Set("run_id", given[0])
	}
	for name, text := range map[string]string{"from": o.since, "to": o.until} {
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			at, err = time.Parse(time.DateOnly, text)
		}
		if err != nil {
			return nil, fault.New(fault.Validation, "%q is not a time.", text).
				WithHint("Write 2026-01-31 or 2026-01-31T08:30:00Z.")
		}
		q.Set(name, at.UTC().Format(time.RFC3339Nano))
	}
	return q, nil
}

// logged is one line of the audit export: a stored event and where it stands, or a gap
// from Missing to Seq.
type logged struct {
	Seq     uint64          `json:"seq"`
	Subject string          `json:"subject"`
	Data    json.RawMessage `json:"data"`
	Missing uint64          `json:"missing"`
}

// eventSource gives every event of some log, in order.
type eventSource func(ctx context.Context, fn func(logged) error) error

// logSource is what a server has. Gaps are told on notes.
func logSource(cl *client, query url.Values, notes io.Writer) eventSource {
	return func(ctx context.Context, fn func(logged) error) error {
		return readLog(ctx, cl, query, func(l logged) error {
			if l.Missing != 0 {
				tellGap(notes, l.Missing, l.Seq)
				return nil
			}
			return fn(l)
		})
	}
}

// readLog gives what a server has of the log, gaps included.
func readLog(ctx context.Context, cl *client, query url.Values, fn func(logged) error) error {
	return cl.lines(ctx, "/api/v1/audit/events?"+query.Encode(), func(line []byte) error {
		var l logged
		if err := json.Unmarshal(line, &l); err != nil {
			return err
		}
		return fn(l)
	})
}

func (a *app) printLogged(l logged) error {
	e, err := event.Decode(l.Data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%8d  %s  %s  %02d  %-11s  %s\n", l.Seq, e.Time.Format("2006-01-02T15:04:05.000Z"), e.RunID, e.Step, e.Kind(), l.Data)
	return err
}

// verifyLog folds every run of the log and compares with the digests that were
// recorded when the runs ended, in both directions.
func (a *app) verifyLog(ctx context.Context, cl *client, query url.Values, source eventSource) error {
	runs, events, last, err := foldLog(ctx, source)
	if err != nil {
		return err
	}
	// Leo goes on working: what ends after the last event read is not compared.
	if last > 0 {
		query.Set("to_seq", strconv.FormatUint(last, 10))
	}
	recorded := map[string]string{}
	err = cl.lines(ctx, "/api/v1/audit/capsules?"+query.Encode(), func(line []byte) error {
		var c struct {
			RunID  string `json:"run_id"`
			Digest string `json:"digest"`
		}
		if err := json.Unmarshal(line, &c); err != nil {
			return err
		}
		recorded[c.RunID] = c.Digest
		return nil
	})
	if err != nil {
		return err
	}
	different := 0
	differ := func(id, why string) {
		different++
		fmt.Fprintf(a.out, "run %s: %s\n", id, why)
	}
	ended := 0
	for id, f := range runs {
		switch {
		case f.err != nil:
			differ(id, f.err.Error())
		case !f.capsule.Status.Terminal():
		case recorded[id] == "":
			differ(id, "it ended in the log and is not recorded as ended")
		default:
			ended++
			digest, err := f.capsule.Digest()
			if err != nil {
				return err
			}
			if digest != recorded[id] {
				differ(id, fmt.Sprintf("folds to %.12s and was recorded as %.12s", digest, recorded[id]))
			}
		}
	}
	for id := range recorded {
		if runs[id] == nil {
			differ(id, "it is recorded as ended and is not in the log")
		}
	}
	fmt.Fprintf(a.out, "%d events, %d runs, %d ended: %d differences\n", events, len(runs), ended, different)
	if different > 0 {
		return fault.New(fault.Conflict, "The log and the recorded capsules differ for %d runs.", different).
			WithHint("Do not rely on these runs; see docs/operations.md on rebuilding the run list.")
	}
	return nil
}

// folded is one run of the log.
type folded struct {
	capsule *run.Capsule
	err     error
}

// foldLog reads the log and folds each run. It returns the number of events and
// the sequence of the last one.
func foldLog(ctx context.Context, source eventSource) (runs map[string]*folded, n int, last uint64, err error) {
	byRun := map[string][]event.Event{}
	err = source(ctx, func(l logged) error {
		e, err := event.Decode(l.Data)
		if err != nil {
			return err
		}
		e.Seq = l.Seq
		if event.Subject(e) != l.Subject {
			return fault.New(fault.Conflict, "Event %d says it is %s and stands at %s.", l.Seq, event.Subject(e), l.Subject).
				WithHint("The log was altered.")
		}
		byRun[e.RunID] = append(byRun[e.RunID], e)
		n++
		last = l.Seq
		return nil
	})
	if err != nil {
		return nil, 0, 0, err
	}
	runs = make(map[string]*folded, len(byRun))
	for id, events := range byRun {
		c, err := run.NewCapsule(events)
		runs[id] = &folded{capsule: c, err: err}
	}
	return runs, n, last, nil
}

// lines reads newline-delimited JSON.
func (c *client) lines(ctx context.Context, path string, fn func(line []byte) error) error {
	resp, err := c.send(ctx, http.MethodGet, strings.TrimSuffix(path, "?"), nil, "")
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	r := bufio.NewReaderSize(resp.Body, 1<<20)
	for {
		line, err := r.ReadBytes('\n')
		if len(line) > 1 {
			if err := fn(line); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fault.Wrap(err, fault.Unavailable, "The connection to %s broke.", c.base)
		}
	}
}
