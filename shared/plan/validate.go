package plan

import (
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Validate checks all that needs no catalogue. The first thing wrong is a
// [fault.Validation] whose details hold its path. Nil is valid for the compiler
// to bind; it is not yet known to fit any data.
func (q *Query) Validate() error {
	if q.Version != 0 && q.Version != Version {
		return invalid("/version", "Plan version %d is not supported; this is version %d.", q.Version, Version)
	}
	names := map[string]bool{}
	for i, n := range q.With {
		path := Path("/with").Index(i)
		if err := checkNamed(path, n, names); err != nil {
			return err
		}
		if err := n.Plan.validate(path.Key("plan")); err != nil {
			return err
		}
	}
	return q.validate("")
}

// validName reports whether a sub-plan may be called so: engines and the SQL
// policy take such a name without questions.
func validName(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 63
}

func checkNamed(path Path, n Named, seen map[string]bool) error {
	name := strings.ToLower(n.Name)
	switch {
	case !validName(n.Name):
		return invalid(path.Key("name"), "%q cannot name a sub-plan.", clip(n.Name)).
			WithHint("Use a letter, then letters, digits and underscores.")
	case seen[name]:
		return invalid(path.Key("name"), "Two sub-plans are called %q.", n.Name)
	case n.Plan == nil:
		return invalid(path.Key("plan"), "The sub-plan %q has no plan.", n.Name)
	case len(n.Plan.With) > 0:
		return invalid(path.Key("plan").Key("with"), "A sub-plan cannot have sub-plans of its own.").
			WithHint("List them in the outer plan, each before those that use it.")
	case n.Plan.DatasetID != "":
		return invalid(path.Key("plan").Key("dataset_id"), "A sub-plan reads the dataset of the plan around it.")
	case n.Plan.Version != 0 && n.Plan.Version != Version:
		return invalid(path.Key("plan").Key("version"), "Plan version %d is not supported; this is version %d.", n.Plan.Version, Version)
	}
	seen[name] = true
	return nil
}

// validate checks one plan, without its sub-plans, that stands at path.
func (q *Query) validate(path Path) error {
	for _, check := range []func(*Query, Path) error{
		checkSizes, checkSources, checkExprs, checkFilters, checkTop, checkOrder, checkOutputNames, checkLimit,
	} {
		if err := check(q, path); err != nil {
			return err
		}
	}
	return nil
}

func checkSizes(q *Query, path Path) error {
	for _, l := range []struct {
		name string
		n    int
	}{
		{"with", len(q.With)},
		{"joins", len(q.Joins)},
		{"select", len(q.Select)},
		{"filters", len(q.Filters)},
		{"group_by", len(q.GroupBy)},
		{"having", len(q.Having)},
		{"order_by", len(q.OrderBy)},
	} {
		if l.n > MaxItems {
			return invalid(path.Key(l.name), "%s has %d items; %d are possible.", l.name, l.n, MaxItems)
		}
	}
	if len(q.Select)+len(q.GroupBy) == 0 {
		return invalid(path.Key("select"), "The plan selects nothing.").
			WithHint("List what to show in select or group_by.")
	}
	return nil
}

func checkSources(q *Query, path Path) error {
	if err := checkName(path.Key("table"), "a table", q.Table); err != nil {
		return err
	}
	seen := map[string]bool{strings.ToLower(q.Table): true}
	for i, j := range q.Joins {
		at := path.Key("joins").Index(i)
		if err := checkName(at.Key("table"), "a table", j.Table); err != nil {
			return err
		}
		name := j.Table
		if j.As != "" {
			name = j.As
			if err := checkName(at.Key("as"), "a table", name); err != nil {
				return err
			}
		}
		if seen[strings.ToLower(name)] {
			return invalid(at, "Two tables of the plan are called %q.", clip(name)).
				WithHint("Give the second one another name with \"as\".")
		}
		seen[strings.ToLower(name)] = true
		if j.Type != "" && j.Type != InnerJoin && j.Type != LeftJoin {
			return unknownWord(at.Key("type"), "join type", j.Type, []string{InnerJoin, LeftJoin})
		}
		if err := checkPairs(at.Key("on"), j.On); err != nil {
			return err
		}
	}
	return nil
}

func checkPairs(path Path, pairs []OnPair) error {
	for i, p := range pairs {
		if err := checkName(path.Index(i).Key("left"), "a column", p.Left); err != nil {
			return err
		}
		if err := checkName(path.Index(i).Key("right"), "a column", p.Right); err != nil {
			return err
		}
	}
	return nil
}

func checkTop(q *Query, path Path) error {
	if q.Top == nil {
		return nil
	}
	path = path.Key("top")
	if q.Top.N < 1 || q.Top.N > MaxLimit {
		return invalid(path.Key("n"), "top keeps 1 to %d rows of each group, not %d.", MaxLimit, q.Top.N)
	}
	if len(q.Top.Per) == 0 {
		return invalid(path.Key("per"), "top needs the names it keeps rows per.").
			WithHint("For the best rows of all, use order_by and limit.")
	}
	if err := checkNames(path.Key("per"), q.Top.Per); err != nil {
		return err
	}
	if err := checkName(path.Key("by"), "an output or a column", q.Top.By); err != nil {
		return err
	}
	return checkDirection(path.Key("direction"), q.Top.Direction)
}

func checkOrder(q *Query, path Path) error {
	return checkOrders(path.Key("order_by"), q.OrderBy, place{aggs: true, windows: true, in: "order_by"})
}

func checkOrders(path Path, list []OrderBy, p place) error {
	for i := range list {
		o, at := &list[i], path.Index(i)
		if (o.By == "") == (o.Expr == nil) {
			return invalid(at, "%s needs either \"by\" or \"expr\".", at)
		}
		if o.By != "" {
			if err := checkName(at.Key("by"), "an output or a column", o.By); err != nil {
				return err
			}
		}
		if o.Expr != nil {
			if err := checkExpr(at.Key("expr"), o.Expr, p); err != nil {
				return err
			}
		}
		if err := checkDirection(at.Key("direction"), o.Direction); err != nil {
			return err
		}
	}
	return nil
}

func checkDirection(path Path, d string) error {
	if d == "" || d == Asc || d == Desc {
		return nil
	}
	return unknownWord(path, "direction", d, []string{Asc, Desc})
}

// checkOutputNames refuses names that are given twice or cannot head a column.
// An expression that select and group_by both list is one output.
func checkOutputNames(q *Query, path Path) error {
	seen := map[string]Expr{}
	for _, list := range []struct {
		path  Path
		exprs []Expr
	}{{path.Key("group_by"), q.GroupBy}, {path.Key("select"), q.Select}} {
		for i, e := range list.exprs {
			if e.As == "" {
				continue
			}
			at := list.path.Index(i).Key("as")
			if err := checkAs(at, e.As); err != nil {
				return err
			}
			name := strings.ToLower(e.As)
			e.As = ""
			if other, twice := seen[name]; twice && !reflect.DeepEqual(other, e) {
				return invalid(at, "Two outputs are called %q.", name)
			}
			seen[name] = e
		}
	}
	return nil
}

func checkLimit(q *Query, path Path) error {
	if q.Limit < 0 || q.Limit > MaxLimit {
		return invalid(path.Key("limit"), "A limit is 1 to %d, not %d.", MaxLimit, q.Limit)
	}
	return nil
}

// checkAs allows any printable name of a sensible length.
func checkAs(path Path, name string) error {
	bad := utf8.RuneCountInString(name) > 128 || !utf8.ValidString(name) || strings.TrimSpace(name) != name ||
		name == "*" || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
	if bad {
		return invalid(path, "%q cannot name an output.", clip(name)).
			WithHint("Use up to 128 printable characters, without spaces at the ends.")
	}
	return nil
}

// checkName allows whatever a catalogue may hold.
func checkName(path Path, what, name string) error {
	if name == "" {
		return invalid(path, "%s must name %s.", path, what)
	}
	return checkText(path, name)
}

func checkNames(path Path, names []string) error {
	for i, n := range names {
		if err := checkName(path.Index(i), "an output or a column", n); err != nil {
			return err
		}
	}
	return nil
}

// checkText refuses what no engine can hold in a name or a text.
func checkText(path Path, s string) error {
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return invalid(path, "%s holds bytes that are not text.", path)
	}
	return nil
}

// unknownWord explains a word that is not in its closed list.
func unknownWord(path Path, what, word string, known []string) error {
	f := invalid(path, "There is no %s %q.", what, clip(word))
	if near := nearestField(word, known); near != "" {
		return f.With("did_you_mean", near).WithHint("Did you mean %q?", near)
	}
	return f.WithHint("It is one of %s.", strings.Join(known, ", "))
}

func checkWord[T ~string](path Path, what string, word T, known []T) error {
	if slices.Contains(known, word) {
		return nil
	}
	return unknownWord(path, what, string(word), words(known))
}
