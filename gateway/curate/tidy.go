package curate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/gateway/plaintext"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// How much can be said, in characters and in pieces.
const (
	maxTitle       = 120
	maxDescription = 2000
	maxUnit        = 20
	maxSynonym     = 60
	maxSynonyms    = 20
	maxPrompt      = 300
	maxPrompts     = 8
)

// tidy trims what a change says and refuses what cannot be said about d.
func (c *Change) tidy(d *catalog.Dataset) error {
	if c.Title != nil && strings.TrimSpace(*c.Title) == "" {
		return fault.New(fault.Validation, "A dataset needs a title.").WithHint("Give it a short one.").With("path", "/title")
	}
	if err := texts("", text{"title", c.Title, maxTitle}, text{"description", c.Description, maxDescription}); err != nil {
		return err
	}
	if err := list("/prompts", c.Prompts, maxPrompts, maxPrompt); err != nil {
		return err
	}
	for i := range c.Tables {
		if err := tidyTable(d, &c.Tables[i], fmt.Sprintf("/tables/%d", i)); err != nil {
			return err
		}
	}
	for i := range c.Relations {
		if err := checkRelation(d, c.Relations[i], fmt.Sprintf("/relations/%d", i)); err != nil {
			return err
		}
	}
	return nil
}

func tidyTable(d *catalog.Dataset, said *catalog.CuratedTable, path string) error {
	t := d.Table(said.Name)
	if t == nil {
		return unknown("table", said.Name, d.TableNames(), path)
	}
	said.Name = t.Name
	if err := texts(path, text{"title", said.Title, maxTitle}, text{"description", said.Description, maxDescription}); err != nil {
		return err
	}
	if err := list(path+"/synonyms", said.Synonyms, maxSynonyms, maxSynonym); err != nil {
		return err
	}
	for i := range said.Columns {
		s, at := &said.Columns[i], fmt.Sprintf("%s/columns/%d", path, i)
		c := t.Column(s.Name)
		if c == nil {
			return unknown("column", s.Name, t.ColumnNames(), at)
		}
		s.Name = c.Name
		if err := texts(at, text{"description", s.Description, maxDescription}, text{"unit", s.Unit, maxUnit}); err != nil {
			return err
		}
		if err := list(at+"/synonyms", s.Synonyms, maxSynonyms, maxSynonym); err != nil {
			return err
		}
	}
	return nil
}

func unknown(kind, name string, have []string, path string) error {
	f := fault.New(fault.Validation, "This dataset has no %s %q.", kind, name).With("path", path+"/name")
	if near := catalog.Nearest(name, have); near != "" {
		return f.WithHint("Did you mean %q?", near).With("did_you_mean", near)
	}
	return f.WithHint("Load the dataset again: it may have a new version.")
}

// text is one field of a change.
type text struct {
	name  string
	value *string
	most  int
}

func texts(path string, fields ...text) error {
	for _, f := range fields {
		if f.value == nil {
			continue
		}
		*f.value = strings.TrimSpace(*f.value)
		if err := plaintext.Check(path+"/"+f.name, *f.value, f.most); err != nil {
			return err
		}
	}
	return nil
}

// list trims the texts of a list and drops those that are empty or stand twice.
func list(path string, values *[]string, most, long int) error {
	if values == nil {
		return nil
	}
	out := []string{}
	for i, v := range *values {
		v = strings.Join(strings.Fields(v), " ")
		if err := plaintext.Check(fmt.Sprintf("%s/%d", path, i), v, long); err != nil {
			return err
		}
		if v != "" && !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, v) }) {
			out = append(out, v)
		}
	}
	if len(out) > most {
		return fault.New(fault.Validation, "There can be %d of these at most.", most).
			WithHint("Keep those that people use.").With("path", path)
	}
	*values = out
	return nil
}

func checkRelation(d *catalog.Dataset, l catalog.CuratedLink, path string) error {
	switch l.Verdict {
	case catalog.Added:
		f := catalog.CheckLink(d, l.Link)
		if f == nil {
			return nil
		}
		v := fault.From(f)
		if at, ok := v.Details["path"].(string); ok {
			v = v.With("path", path+"/"+at)
		}
		return v
	case catalog.Confirmed, catalog.Dismissed:
		if !l.In(d) {
			return fault.New(fault.Validation, "This relation names a table or a column the dataset does not have.").
				WithHint("Load the dataset again: it may have a new version.").With("path", path)
		}
	case catalog.Undecided:
	default:
		return fault.New(fault.Validation, "There is no verdict %q.", l.Verdict).
			WithHint("The verdicts are added, confirmed, rejected and undecided.").With("path", path+"/verdict")
	}
	return nil
}
