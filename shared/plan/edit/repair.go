package edit

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
)

// repair drops what an edit left without meaning, one part at a time, until the
// plan compiles. What the edit itself is about is never dropped: a fault there is
// the edit's.
func (w *work) repair() error {
	for {
		_, err := w.e.compile(w.q)
		if err == nil {
			return nil
		}
		var f *fault.Fault
		if !errors.As(err, &f) {
			return err
		}
		path, _ := f.Details["path"].(string)
		if at := plan.Path(path); path == "" || at == w.at || inside(at, w.at) || !w.drop(path) {
			return err
		}
	}
}

// drop takes out the dependent part that a fault's path lies in.
func (w *work) drop(path string) bool {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if parts[0] == "top" && w.q.Top != nil {
		w.q.Top = nil
		w.note("The best of each group are no longer chosen: the plan has not the columns for it.")
		return true
	}
	if len(parts) < 2 {
		return false
	}
	i, err := strconv.Atoi(parts[1])
	switch {
	case err != nil:
		return false
	case parts[0] == "order_by" && i < len(w.q.OrderBy):
		w.note("Rows are no longer sorted by " + w.words(w.q.OrderBy[i].By, "what they were") + ".")
		w.q.OrderBy = without(w.q.OrderBy, i)
		return true
	case parts[0] == "having" && i < len(w.q.Having):
		w.note("Groups are no longer filtered by " + w.words(w.q.Having[i].Column, "what they were") + ".")
		w.q.Having = without(w.q.Having, i)
		return true
	case parts[0] == "select" && i < len(w.q.Select) && w.q.Select[i].Window != nil && slices.Contains(parts, "window"):
		w.note("A computation over several rows is no longer shown: the plan has not the columns for it.")
		w.q.Select = without(w.q.Select, i)
		return true
	}
	return false
}

func (w *work) words(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return clip(name)
}

// dropJoins leaves out tables that only the edited part was about: those looked
// up that were named before and are not any more, the last ones first. A join
// that adds rows is never dropped, as counts would change.
func (w *work) dropJoins() {
	before, now := w.e.named(w.e.plan), w.e.named(w.q)
	for i := len(w.q.Joins) - 1; i >= 0; i-- {
		name := strings.ToLower(joinName(w.q.Joins[i]))
		if !before[name] || now[name] || !w.lookedUp(name) {
			continue
		}
		q := w.q.Clone()
		q.Joins = without(q.Joins, i)
		if _, err := w.e.compile(q); err != nil {
			continue // something else hangs on it
		}
		w.q = q
		w.note("No longer looks up " + name + ": nothing shown is from there.")
	}
}

func (w *work) lookedUp(name string) bool {
	for _, s := range w.e.st.Sources {
		if same(s.Name, name) {
			return s.Lookup
		}
	}
	return false
}

// named lists, in lower case, the sources that names of a plan mean.
func (e *Editor) named(q *plan.Query) map[string]bool {
	out := map[string]bool{}
	names(q, func(site *string, _ meaning) {
		if s, c := e.column(*site); c != nil {
			out[strings.ToLower(s.name)] = true
		}
	})
	return out
}
