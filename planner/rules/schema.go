package rules

import (
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// ref is a column of a table, by position. A negative column is the table.
type ref struct{ table, col int }

// column is what the planner knows of one column.
type column struct {
	*catalog.Column
	ref    ref
	words  []string // lower-case words of the name, abbreviations spelled out
	stems  []string
	key    bool // the table's key
	link   bool // points to another table
	id     bool // identifies things: not to be summed or averaged
	year   bool // whole numbers that are years
	truth  *truth
	unique bool
}

// truth says which values of a column mean yes and no.
type truth struct{ yes, no any }

// table is what the planner knows of one table.
type table struct {
	*catalog.Table
	words, stems []string
	columns      []*column
	key          int   // the only key column, or -1
	person       []int // first and last name
	label        []int // what a person calls a row: name, title, first and last name
	dates        []int // date and timestamp columns, the likeliest first
}

func (p *Planner) column(r ref) *column { return p.tables[r.table].columns[r.col] }

// loadSchema derives the facts above from the catalogue.
func (p *Planner) loadSchema() {
	vocabulary := p.vocabulary()
	for i := range p.data.Tables {
		ct := &p.data.Tables[i]
		t := &table{Table: ct, key: -1}
		t.words = p.nameWords(ct.Name, "", vocabulary)
		t.stems = p.stems(t.words)
		for j := range ct.Columns {
			t.columns = append(t.columns, p.newColumn(ct, i, j, vocabulary))
		}
		p.tables = append(p.tables, t)
	}
	p.markLinks()
	for _, t := range p.tables {
		t.chooseKey()
		t.chooseLabel()
		t.chooseDates(p)
	}
}

func (p *Planner) newColumn(ct *catalog.Table, i, j int, vocabulary map[string]bool) *column {
	cc := &ct.Columns[j]
	if cc.Unit != "" {
		p.units[p.lex.stem(strings.ToLower(cc.Unit))] = true
	}
	c := &column{Column: cc, ref: ref{i, j}, words: p.nameWords(cc.Name, ct.Name, vocabulary)}
	c.stems = p.stems(c.words)
	c.key = slices.ContainsFunc(ct.Key, func(k string) bool { return strings.EqualFold(k, cc.Name) })
	if pr := cc.Profile; pr != nil && ct.Rows > 1 {
		c.unique = pr.Nulls == 0 && pr.Distinct == ct.Rows
	}
	last := ""
	if len(c.words) > 0 {
		last = c.words[len(c.words)-1]
	}
	c.id = last == "id" || last == "key" || last == "uuid" || last == "guid" || (c.key && len(ct.Key) == 1) ||
		slices.Contains(c.words, "zip") || slices.Contains(c.words, "phone") || slices.Contains(c.words, "code")
	c.year = cc.Type.Numeric() && isYear(cc, c.words)
	c.truth = truthOf(cc)
	return c
}

func isYear(cc *catalog.Column, words []string) bool {
	if cc.Profile == nil {
		return false
	}
	lo, err1 := strconv.ParseFloat(cc.Profile.Min, 64)
	hi, err2 := strconv.ParseFloat(cc.Profile.Max, 64)
	if !slices.Contains(words, "year") {
		event := slices.ContainsFunc(words, func(w string) bool {
			return slices.Contains([]string{"founded", "established", "built", "born", "opened", "released", "introduced", "debut", "independence"}, w)
		})
		return event && err1 == nil && err2 == nil && lo >= 1400 && hi <= 2100
	}
	return err1 == nil && err2 == nil && lo >= -5000 && hi >= 1000 && hi <= 2200
}

// truthOf recognises columns that hold yes and no in any of the usual spellings.
func truthOf(cc *catalog.Column) *truth {
	if cc.Type == catalog.Boolean {
		return &truth{yes: true, no: false}
	}
	pr := cc.Profile
	if pr == nil || !pr.Complete || len(pr.Top) == 0 || len(pr.Top) > 2 || cc.Type == catalog.Decimal {
		return nil
	}
	pairs := [][2]string{{"yes", "no"}, {"y", "n"}, {"t", "f"}, {"true", "false"}, {"1", "0"}}
	for _, pair := range pairs {
		var yes, no string
		for _, v := range pr.Top {
			switch strings.ToLower(v.Value) {
			case pair[0]:
				yes = v.Value
			case pair[1]:
				no = v.Value
			}
		}
		found := len(yes) > 0 && len(no) > 0 && len(pr.Top) == 2
		if !found {
			continue
		}
		if cc.Type == catalog.Integer {
			return &truth{yes: float64(1), no: float64(0)}
		}
		return &truth{yes: yes, no: no}
	}
	return nil
}

// vocabulary is the set of words a glued name may consist of: the words of the
// schema that are written apart, abbreviations, and words of the lexicon.
func (p *Planner) vocabulary() map[string]bool {
	v := map[string]bool{"name": true, "id": true, "type": true, "date": true, "code": true, "number": true, "time": true, "year": true, "title": true, "status": true, "price": true, "city": true, "age": true}
	for short, words := range p.lex.abbrev {
		if len(short) > 2 {
			v[short] = true
		}
		for _, w := range words {
			v[w] = true
		}
	}
	for w := range p.lex.thesaurus {
		if len(w) > 3 {
			v[w] = true
		}
	}
	add := func(name string) {
		for _, w := range splitName(name) {
			if len(w) >= 3 {
				v[w], v[singular(w)] = true, true
			}
		}
	}
	for _, t := range p.data.Tables {
		add(t.Name)
		for _, c := range t.Columns {
			add(c.Name)
		}
	}
	return v
}

// initialed splits a name that starts with the first letters of its table's, as
// in "gtype" of games: the letters stand for the table.
func initialed(w, own string, vocabulary map[string]bool) []string {
	for k := 1; k <= 3 && k+4 <= len(w); k++ {
		if !vocabulary[w[k:]] {
			continue
		}
		for _, part := range splitName(own) {
			if strings.HasPrefix(part, w[:k]) {
				return []string{singular(part), w[k:]}
			}
		}
	}
	return nil
}

func (p *Planner) nameWords(name, own string, vocabulary map[string]bool) []string {
	var words []string
	parts := splitName(name)
	if len(parts) == 2 && parts[1] == "name" && len(parts[0]) == 1 {
		parts = []string{parts[0] + parts[1]}
	}
	for _, w := range parts {
		if full, ok := p.lex.abbrev[w]; ok {
			words = append(words, full...)
			continue
		}
		parts := unglue(w, func(s string) bool { return s != w && vocabulary[s] })
		if parts == nil && own != "" {
			parts = initialed(w, own, vocabulary)
		}
		if parts == nil {
			parts = []string{w}
		}
		for _, part := range parts {
			if full, ok := p.lex.abbrev[part]; ok && len(parts) > 1 {
				words = append(words, full...)
			} else {
				words = append(words, part)
			}
		}
	}
	return words
}

func (p *Planner) stems(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = p.lex.stem(w)
	}
	return out
}

func (p *Planner) markLinks() {
	for _, r := range p.data.Relations {
		from, to := p.findTable(r.FromTable), p.findTable(r.ToTable)
		if from < 0 || to < 0 || len(r.FromColumns) != 1 || len(r.ToColumns) != 1 {
			continue
		}
		fc, tc := p.findColumn(from, r.FromColumns[0]), p.findColumn(to, r.ToColumns[0])
		if fc < 0 || tc < 0 {
			continue
		}
		p.tables[from].columns[fc].link = true
		if p.tables[from].columns[fc].Type != catalog.Text {
			p.tables[from].columns[fc].id = true
		}
		p.edges = append(p.edges, edge{from: ref{from, fc}, to: ref{to, tc}, declared: r.Origin == catalog.Declared, confidence: r.Confidence})
	}
}

func (p *Planner) findTable(name string) int {
	return slices.IndexFunc(p.tables, func(t *table) bool { return strings.EqualFold(t.Name, name) })
}

func (p *Planner) findColumn(t int, name string) int {
	return slices.IndexFunc(p.tables[t].columns, func(c *column) bool { return strings.EqualFold(c.Name, name) })
}

func (t *table) chooseKey() {
	if len(t.Key) == 1 {
		t.key = slices.IndexFunc(t.columns, func(c *column) bool { return c.key })
		return
	}
	for i, c := range t.columns {
		if c.unique && c.id && !c.link {
			t.key = i
			return
		}
	}
	for i, c := range t.columns {
		if c.unique && c.id {
			t.key = i
			return
		}
	}
}

// chooseLabel picks the column a person would name a row by.
func (t *table) chooseLabel() {
	first, last, best, bestScore := -1, -1, -1, 0
	for i, c := range t.columns {
		if c.Type != catalog.Text {
			continue
		}
		joined := strings.Join(c.words, " ")
		switch joined {
		case "first name":
			first = i
		case "last name":
			last = i
		}
		score := labelScore(c, t)
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	if first >= 0 && last >= 0 {
		t.person = []int{first, last}
	}
	switch {
	case first >= 0 && last >= 0 && bestScore < 5:
		t.label = []int{first, last}
	case best >= 0:
		t.label = []int{best}
	case t.key >= 0:
		t.label = []int{t.key}
	}
}

func labelScore(c *column, t *table) int {
	joined := strings.Join(c.words, " ")
	own := strings.Join(t.words, " ")
	switch {
	case c.link:
		return 0
	case joined == "name", joined == "full name", joined == "title", joined == singular(own)+" name", joined == own+" name", joined == singular(own)+" title":
		return 6
	case len(c.words) > 0 && (c.words[len(c.words)-1] == "name" || c.words[len(c.words)-1] == "title") && len(c.words) <= 3:
		if slices.Contains(t.words, c.words[0]) || slices.Contains(t.words, c.words[0]+"s") {
			return 5
		}
		return 3
	case joined == own, joined == singular(own):
		return 4
	case c.unique && !c.id:
		return 2
	}
	return 0
}

// chooseDates orders the date columns by how likely a bare "in 2024" means them:
// the ones that say when the row came to be first.
func (t *table) chooseDates(p *Planner) {
	type ranked struct{ col, score int }
	var all []ranked
	for i, c := range t.columns {
		if !c.Type.Temporal() {
			continue
		}
		score := 0
		for _, s := range c.stems {
			switch {
			case slices.Contains(t.stems, s):
				score += 3
			case s == p.lex.stem("create"), s == p.lex.stem("open"), s == p.lex.stem("start"), s == p.lex.stem("timestamp"), s == p.lex.stem("order"):
				score += 2
			case s == p.lex.stem("date"):
				score++
			case s == p.lex.stem("update"), s == p.lex.stem("modify"), s == p.lex.stem("end"), s == p.lex.stem("resolve"), s == p.lex.stem("birth"), s == p.lex.stem("close"):
				score -= 2
			}
		}
		if c.Profile != nil {
			if c.Profile.Nulls == 0 {
				score++
			}
		}
		all = append(all, ranked{i, score})
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return b.score - a.score })
	for _, r := range all {
		t.dates = append(t.dates, r.col)
	}
}
