package rules

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/catalog"
)

// maxSheet is the number of rows up to which a table is read as a sheet: its
// profile then lists about all that stands in its cells.
const maxSheet = 300

// sheet is a dataset of one short table, as people keep by hand or copy from a
// page: cells hold several things, numbers and dates stand in text, and the
// order of the rows means something. Questions about such a table look up cells.
type sheet struct {
	p       *Planner
	t       *table
	cols    []*sheetColumn
	subject int // the column that says what a row is about
	// besides are cells in rows that are no data: a row of totals, the header once
	// more.
	besides []cell
	cells   []cell
	byWord  map[string][]int // word to cells
	vocab   []string         // words of cells, for misspelt ones
}

// sheetColumn is what the reader knows of a column beyond its type.
type sheetColumn struct {
	*column
	number, duration, date bool // can be read as one
	// years is true when the dates are years alone.
	years         bool
	person, place bool
	ranked        bool // a rank or running number
	header        []cellWord
	short         []string // stems of the name without what stands in brackets
	letters       []string // what cells begin with, where that is a code
	listed        bool     // cells hold several things, with commas between
}

// cell is one value of a column.
type cell struct {
	col   int
	value string
	count int64
	words []cellWord
}

// newSheet returns nil where the dataset is something else.
func newSheet(p *Planner) *sheet {
	if len(p.tables) != 1 || p.tables[0].Rows > maxSheet || p.tables[0].Rows == 0 {
		return nil
	}
	s := &sheet{p: p, t: p.tables[0], byWord: map[string][]int{}}
	for _, c := range s.t.columns {
		s.cols = append(s.cols, p.describeColumn(c))
		s.addCells(c)
	}
	s.subject = s.chooseSubject()
	for w := range s.byWord {
		s.vocab = append(s.vocab, w)
	}
	slices.Sort(s.vocab)
	for _, c := range s.cells {
		if (c.col == s.subject || c.col == 0) && c.count <= 2 && s.noData(&c) {
			s.besides = append(s.besides, c)
		}
	}
	return s
}

// noData reports the cell of a row of totals, or of a header within the table.
func (s *sheet) noData(c *cell) bool {
	if s.cols[c.col].Type != catalog.Text {
		return false
	}
	low := strings.ToLower(strings.TrimSpace(c.value))
	return slices.Contains([]string{"total", "totals", "sum", "overall"}, low) || low == strings.ToLower(s.cols[c.col].Name) ||
		strings.HasPrefix(low, "total:") || strings.HasPrefix(low, "totals:")
}

func (s *sheet) addCells(c *column) {
	if c.Profile == nil {
		return
	}
	for _, v := range c.Profile.Top {
		words := cellWords(v.Value)
		if len(words) == 0 {
			continue
		}
		at := len(s.cells)
		s.cells = append(s.cells, cell{col: c.ref.col, value: v.Value, count: v.Count, words: words})
		for _, w := range words {
			if list := s.byWord[w.text]; len(list) == 0 || list[len(list)-1] != at {
				s.byWord[w.text] = append(list, at)
			}
		}
	}
}

// describeColumn reads the values of a column for what they hold.
func (p *Planner) describeColumn(c *column) *sheetColumn {
	sc := &sheetColumn{column: c, header: cellWords(c.Name)}
	brief, _, _ := strings.Cut(c.Name, "(")
	sc.short = p.stems(splitName(brief))
	sc.person = p.lex.kindOfColumn(c.words, "isperson")
	sc.place = p.lex.kindOfColumn(c.words, "isplace")
	sc.ranked = c.Name == "#" || p.lex.kindOfColumn(c.words, "isrank") && len(c.words) <= 2 ||
		slices.ContainsFunc(c.words, func(w string) bool {
			return slices.Contains([]string{"rank", "position", "positions", "pos", "standing"}, w)
		})
	switch {
	case c.Type.Numeric():
		sc.number = true
	case c.Type.Temporal():
		sc.date = true
	case c.Type == catalog.Time:
		sc.duration = true
	}
	if c.Profile == nil || len(c.Profile.Top) == 0 {
		return sc
	}
	sc.readValues(c)
	return sc
}

// readValues decides by the greater part of the values.
func (sc *sheetColumn) readValues(c *column) {
	var texts []string
	var n, numbers, dates, years, durations, lists, names float64
	for _, v := range c.Profile.Top {
		text := strings.TrimSpace(v.Value)
		if isBlankCell(text) {
			continue
		}
		n++
		texts = append(texts, text)
		kind := cellKind(text)
		switch kind {
		case cellNumber:
			numbers++
		case cellYear:
			years++
		case cellDate:
			dates++
		case cellDuration:
			durations++
		}
		if strings.Contains(text, ", ") && kind == cellText {
			lists++
		}
		if kind == cellText && personal(text) {
			names++
		}
	}
	if n == 0 {
		return
	}
	switch {
	case c.Type == catalog.Integer:
		sc.date = years/n > 0.9 || c.year
		sc.years = sc.date
		sc.number = !sc.years
	case c.Type != catalog.Text:
	case durations/n >= 0.5:
		sc.duration = true
	case (dates+years)/n >= 0.5:
		sc.date, sc.years = true, years > dates
	case (numbers+durations+years)/n >= 0.5:
		sc.number = true
	}
	if c.Type == catalog.Text {
		sc.letters = firstLetters(texts)
	}
	sc.listed = lists/n >= 0.25
	sc.person = sc.person && c.Type == catalog.Text && !sc.number || names/n >= 0.85 && n > 2 && !sc.place
}

// chooseSubject prefers the first column of texts that tell the rows apart.
func (s *sheet) chooseSubject() int {
	best, score := 0, -1.0
	for i, c := range s.cols {
		if c.Type != catalog.Text && c.Type != catalog.Integer || c.Profile == nil {
			continue
		}
		v := 1 - 0.06*float64(i) - 0.08*max(0, s.wordsPerCell(i)-4) - 0.8*float64(c.Profile.Nulls)/float64(s.t.Rows)
		if s.t.Rows > 0 {
			v += 0.8 * float64(c.Profile.Distinct) / float64(s.t.Rows)
		}
		if c.number || c.ranked || c.date || c.duration {
			v -= 1
		}
		if c.Type != catalog.Text {
			v -= 0.5
		}
		if c.person || slices.Contains(c.words, "name") || slices.Contains(c.words, "title") {
			v += 0.25
		}
		if v > score {
			best, score = i, v
		}
	}
	return best
}
