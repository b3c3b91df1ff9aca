package answer

import (
	"math/big"
	"slices"
	"strings"
)

// falling reports whether the words before a figure, within its sentence, say
// that something went down.
func (s *scan) falling(at int) bool {
	head := s.text[:at]
	if i := strings.LastIndexAny(head, ".!?;"); i >= 0 {
		head = head[i:]
	}
	for _, w := range wordsOf(strings.ToLower(head)) {
		for _, stem := range []string{"fell", "fall", "drop", "declin", "decreas", "down", "lost", "loss", "lower", "shrank", "shrink", "negative", "minus", "reduc", "less", "below", "slip", "sank"} {
			if strings.HasPrefix(w, stem) {
				return true
			}
		}
	}
	return false
}

// counted reports whether a figure tells the number of rows, as far as that is
// known, or the place of one of them.
func (s *scan) counted(it item, f figure) bool {
	if !f.value.IsInt() || !f.value.Num().IsInt64() || f.percent || f.currency != "" || f.signed || f.step.Cmp(big.NewRat(1, 1)) != 0 {
		return false
	}
	n := f.value.Num().Int64()
	if f.ordinal {
		return n >= 1 && n <= s.ctx.rows
	}
	rows := slices.Contains([]string{"row", "rows", "record", "records", "entries", "entry", "results"}, f.unit)
	switch {
	case n == s.ctx.rows && s.ctx.complete:
		return true
	case n == s.ctx.rows:
		return s.after(it.start, "first", "top", "least", "than", "these")
	}
	return rows && (n == s.ctx.read || n == s.ctx.kept)
}

// asked reports whether a figure repeats what the plan asked for: a limit, a
// bound, a length of time or a year.
func (s *scan) asked(it item, f figure) bool {
	if f.percent || f.ordinal {
		return false
	}
	if f.value.IsInt() && f.value.Num().IsInt64() {
		n := f.value.Num().Int64()
		if slices.Contains(s.ctx.top, n) && s.after(it.start, "top", "bottom", "first", "last", "past", "previous", "best", "worst", "largest", "smallest", "highest", "lowest", "biggest", "leading", "these", "the") {
			return true
		}
		if year(f) && s.after(it.start, "in", "for", "of", "during", "since", "before", "after", "until", "through", "year") {
			for _, m := range s.ctx.moments {
				if int64(m.Year()) == n {
					return true
				}
			}
		}
	}
	bound := slices.ContainsFunc(s.ctx.numbers, func(r *big.Rat) bool { return r.Cmp(f.value) == 0 })
	return bound && s.after(it.start, "over", "above", "than", "least", "most", "exceeding", "exceed", "under", "below", "between", "and", "exactly", "from", "reaching", "level", "grade")
}

// after reports whether the word before a place is one of these.
func (s *scan) after(at int, words ...string) bool {
	return slices.Contains(words, s.wordBefore(at))
}

// unitFits reports whether a figure's currency and unit are those of the column,
// as far as both are known.
func (s *scan) unitFits(f figure, c column) bool {
	unit := strings.ToLower(c.unit)
	if f.currency != "" {
		want := currencies(f.currency)
		if unit != "" {
			return slices.Contains(want, unit)
		}
		return slices.ContainsFunc(want, func(w string) bool { return s.ctx.units[w] || s.ctx.words[w] })
	}
	said := canonicalUnit(f.unit)
	if said == "" || unit == "" {
		return said == "" || !money(said) || s.ctx.units[said] || s.ctx.words[said]
	}
	return said == canonicalUnit(unit) || f.unit == unit
}

func currencies(sign string) []string {
	switch sign {
	case "$":
		return []string{"$", "usd", "us$", "dollar", "dollars", "cad", "aud", "nzd", "sgd", "hkd", "mxn"}
	case "€":
		return []string{"€", "eur", "euro", "euros"}
	case "£":
		return []string{"£", "gbp", "pound", "pounds"}
	case "¥":
		return []string{"¥", "jpy", "cny", "yen", "yuan"}
	}
	return nil
}

// money reports whether a unit, as canonicalUnit gives it, is a currency.
func money(unit string) bool {
	return slices.Contains([]string{"usd", "eur", "gbp", "jpy", "chf", "cad", "aud", "cny", "inr"}, unit)
}

// canonicalUnit gives a word that is a unit its one spelling, and "" for any
// other word.
func canonicalUnit(w string) string {
	w = strings.ToLower(w)
	for _, same := range []string{
		"usd dollar dollars $ us$", "eur euro euros €", "gbp pounds £", "jpy yen ¥", "chf francs", "cad", "aud", "cny yuan", "inr rupees rupee",
		"second seconds sec secs", "minute minutes min mins", "hour hours hr hrs h", "day days", "week weeks", "month months", "year years yrs",
		"kg kilogram kilograms kilos", "g gram grams", "t ton tons tonnes", "lb lbs",
		"km kilometre kilometres kilometer kilometers", "m metre metres meter meters", "cm", "mm", "mile miles",
		"°c celsius", "°f fahrenheit", "kwh", "mwh", "hpa", "db",
	} {
		if list := strings.Fields(same); slices.Contains(list, w) {
			return list[0]
		}
	}
	return ""
}
