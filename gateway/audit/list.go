package audit

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/gateway/results"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/fault"
)

// ActQuery narrows a list of acts. Zero fields do not narrow.
type ActQuery struct {
	User, Kind string
	// Text is looked for, without case, in all that an act holds; every word must
	// occur.
	Text string
	// From is inclusive, To exclusive.
	From, To time.Time
	// Before is the id of the last act of the page before.
	Before string
	// Limit is how many acts a page has; it is at least 1.
	Limit int
}

// List returns a page of an org's acts, the newest first, and the Before of the
// next page, "" on the last. It reads all of the org's acts: people do few things
// that are no run.
func (a *Acts) List(ctx context.Context, org string, q ActQuery) ([]Act, string, error) {
	entries, err := a.kv.List(ctx, org+".")
	if err != nil {
		return nil, "", err
	}
	words, out := strings.Fields(strings.ToLower(q.Text)), []Act{}
	for _, e := range slices.Backward(entries) {
		act, err := decodeAct(e)
		if err != nil {
			return nil, "", err
		}
		if !q.admits(act) || !holds(e.Value, words) {
			continue
		}
		if len(out) == q.Limit {
			return out, out[len(out)-1].ID, nil
		}
		out = append(out, act)
	}
	return out, "", nil
}

func (q ActQuery) admits(a Act) bool {
	return (q.Before == "" || a.ID < q.Before) && (q.User == "" || a.User == q.User) && (q.Kind == "" || a.Kind == q.Kind) &&
		(q.From.IsZero() || !a.Time.Before(q.From)) && (q.To.IsZero() || a.Time.Before(q.To))
}

func holds(value []byte, words []string) bool {
	text := strings.ToLower(string(value))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

func decodeAct(e bus.Entry) (Act, error) {
	var act Act
	if err := json.Unmarshal(e.Value, &act); err != nil {
		return act, fmt.Errorf("decode act %s: %w", e.Key, err)
	}
	return act, nil
}

// Runs writes every run that a query of the run list selects, the newest first, as
// CSV with a header line or as one history.Summary a line. It waits until the run
// list has caught up with the log, and reads page by page.
func (x *Export) Runs(ctx context.Context, org string, q history.Query, asCSV bool) (*os.File, int64, error) {
	if err := x.caughtUp(ctx); err != nil {
		return nil, 0, err
	}
	q.Limit, q.Cursor = history.MaxPage, ""
	pages := func(fn func(history.Summary) error) error {
		for {
			list, next, err := x.history.Runs(ctx, org, q)
			if err != nil {
				return err
			}
			for _, s := range list {
				if err := fn(s); err != nil {
					return err
				}
			}
			if q.Cursor = next; next == "" {
				return nil
			}
		}
	}
	if !asCSV {
		return x.write(func(enc *json.Encoder) error {
			return pages(func(s history.Summary) error { return enc.Encode(s) })
		})
	}
	return x.writeTo(func(w io.Writer) error {
		out := csv.NewWriter(w)
		out.UseCRLF = true
		if err := out.Write(runColumns()); err != nil {
			return err
		}
		if err := pages(func(s history.Summary) error { return out.Write(runCells(s)) }); err != nil {
			return err
		}
		out.Flush()
		return out.Error()
	})
}

func runColumns() []string {
	return []string{
		"asked_at", "run_id", "status", "user", "dataset_id", "dataset_version_hash", "request_kind", "road", "question", "sentence",
		"answer", "rows", "ms", "cache", "error_code", "error", "thread_id", "parent_run_id",
	}
}

// runCells are the cells of a run, none of which a spreadsheet takes for a formula.
func runCells(s history.Summary) []string {
	failure := s.Error
	if failure == nil {
		failure = &fault.Fault{}
	}
	cells := []string{
		s.AskedAt.Format(time.RFC3339Nano), s.RunID, string(s.Status), s.User, s.DatasetID, s.Version, s.RequestKind, string(s.Road), s.Question, s.Sentence,
		s.Text, "", "", s.Cache, string(failure.Code), failure.Message, s.ThreadID, s.ParentRunID,
	}
	for i, c := range cells {
		cells[i] = results.Inert(c)
	}
	if s.RowCount != nil {
		cells[11] = strconv.FormatInt(*s.RowCount, 10)
	}
	if s.MS != nil {
		cells[12] = strconv.FormatFloat(*s.MS, 'f', -1, 64)
	}
	return cells
}
