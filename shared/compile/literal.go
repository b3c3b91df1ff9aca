package compile

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/plan"
)

// coerce turns a literal of the plan into one of the type of left, or says why
// it cannot: a number may be written as text, text may look like a number, and
// true and false have their usual words.
func coerce(path plan.Path, op plan.FilterOp, left *expr, v any) (*expr, error) {
	var l literal
	var ok bool
	switch left.typ {
	case catalog.Integer, catalog.Decimal:
		l, ok = numberLiteral(left, v)
	case catalog.Text:
		l, ok = textLiteral(op, v)
	case catalog.Boolean:
		l, ok = booleanLiteral(v)
		if ok && op != plan.Equal && op != plan.NotEqual {
			return nil, invalid(path, "%s holds %s, which have no order.", subject(left), holdings(left.typ))
		}
	case catalog.Time:
		l, ok = clockLiteral(v)
	default:
		return nil, invalid(path, "%s holds %s, which cannot be compared.", subject(left), holdings(left.typ)).
			WithHint("is_null and not_null are possible.")
	}
	if !ok {
		return nil, invalid(path, "%s holds %s; it cannot be compared with %s.", subject(left), holdings(left.typ), shown(v))
	}
	return &expr{node: l, typ: l.typ, path: path}, nil
}

// shown quotes a literal in a message.
func shown(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(clip(v))
	case bool:
		return strconv.FormatBool(v)
	}
	return "the number " + clip(numberText(v))
}

func numberLiteral(left *expr, v any) (literal, bool) {
	switch v := v.(type) {
	case bool:
		// Files often hold true and false as 1 and 0.
		if c, ok := left.node.(column); ok && left.typ == catalog.Integer && isFlag(c.col) {
			return literal{typ: left.typ, text: map[bool]string{true: "1", false: "0"}[v]}, true
		}
		return literal{}, false
	case string:
		text := strings.TrimSpace(v)
		ok := len(text) <= 60 && json.Valid([]byte(text)) && text != "" && strings.ContainsAny(text[:1], "-0123456789")
		if _, err := strconv.ParseFloat(text, 64); !ok || err != nil {
			return literal{}, false
		}
		return literal{typ: left.typ, text: text}, true
	}
	return literal{typ: left.typ, text: numberText(v)}, true
}

// isFlag reports whether a profile saw only 0 and 1.
func isFlag(c *catalog.Column) bool {
	p := c.Profile
	return p != nil && p.Min == "0" && p.Max == "1"
}

func textLiteral(op plan.FilterOp, v any) (literal, bool) {
	switch v := v.(type) {
	case string:
		return literal{typ: catalog.Text, text: v}, true
	case bool:
		return literal{}, false
	}
	// A code such as 90210 is text in the data and a number in the question; an
	// order between the two would be that of neither.
	if op != plan.Equal && op != plan.NotEqual {
		return literal{}, false
	}
	return literal{typ: catalog.Text, text: numberText(v)}, true
}

func booleanLiteral(v any) (literal, bool) {
	if b, ok := v.(bool); ok {
		return literal{typ: catalog.Boolean, flag: b}, true
	}
	word := strings.ToLower(strings.TrimSpace(fmt.Sprint(v)))
	switch word {
	case "true", "yes", "t", "y", "1":
		return literal{typ: catalog.Boolean, flag: true}, true
	case "false", "no", "f", "n", "0":
		return literal{typ: catalog.Boolean, flag: false}, true
	}
	return literal{}, false
}

func clockLiteral(v any) (literal, bool) {
	s, _ := v.(string)
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return literal{typ: catalog.Time, time: t}, true
		}
	}
	return literal{}, false
}

func textExpr(s string) *expr {
	return &expr{node: literal{typ: catalog.Text, text: s}, typ: catalog.Text}
}

// less compares two numbers exactly.
func less(a, b string) bool {
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	return okX && okY && x.Cmp(y) < 0
}

// moment reads the literal a date is compared with; a whole number of four
// digits is a year.
func (b binder) moment(path plan.Path, left *expr, v any) (plan.Moment, error) {
	text, ok := v.(string)
	if !ok {
		if _, isBool := v.(bool); !isBool {
			text = numberText(v)
		}
	}
	m, ok := plan.ParseMoment(text, b.q.c.opts.AsOf)
	if !ok {
		if text == "" {
			return m, invalid(path, "%s holds %s; it cannot be compared with %s.", subject(left), holdings(left.typ), shown(v))
		}
		return m, badMoment(path, text)
	}
	return m, nil
}

func badMoment(path plan.Path, text string) error {
	return invalid(path, "%q is not a date.", clip(text)).
		WithHint("Write dates as 2026-07-14, months as 2026-07, quarters as 2026-Q3, times as 2026-07-14 08:30.")
}

// isPoint reports whether a column of the type can be equal to the moment as it
// is: an instant, or a day where the column holds days.
func isPoint(typ catalog.Type, m plan.Moment) bool {
	return m.Unit == "" || m.Unit == plan.Day && typ == catalog.Date
}

// momentExpr is a literal for one end of m.
func momentExpr(typ catalog.Type, m plan.Moment, t time.Time) *expr {
	if m.Unit == "" {
		typ = catalog.Timestamp
	}
	return timeExpr(typ, t)
}

func timeExpr(typ catalog.Type, t time.Time) *expr {
	return &expr{node: literal{typ: typ, time: t}, typ: typ}
}

// compareMoment is left op m, where m may be a whole period.
func compareMoment(op plan.FilterOp, left *expr, m plan.Moment) cond {
	start, end := momentExpr(left.typ, m, m.Start), momentExpr(left.typ, m, m.End)
	if isPoint(left.typ, m) {
		return compare{sqlOp(op), left, start}
	}
	switch op {
	case plan.Less:
		return compare{"<", left, start}
	case plan.LessOrEqual:
		return compare{"<", left, end}
	case plan.Greater:
		return compare{">=", left, end}
	case plan.GreaterOrEqual:
		return compare{">=", left, start}
	}
	in := within{of: left, from: start, fromOp: ">=", to: end, toOp: "<"}
	if op == plan.NotEqual {
		return notOf{in}
	}
	return in
}
