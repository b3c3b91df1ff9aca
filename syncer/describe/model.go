package describe

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/llm"
)

//go:embed prompt.md
var prompt string

// Model is what is needed of a language model; *llm.Client is one.
type Model interface {
	// Chat fails as [llm.Client.Chat] does, with its usage filled in also then.
	Chat(ctx context.Context, req llm.Request) (llm.Response, error)
	// Model returns the model's name.
	Model() string
}

// How much one request asks for, shows of a column, and lets a model write.
const (
	maxAsked     = 30
	shownValues  = 6
	answerTokens = 4096
	// answerEach is about what the model writes about one column.
	answerEach = 60
)

// Text is a description of a table, or of a column where that is set.
type Text struct {
	Table  string `json:"table"`
	Column string `json:"column"`
	Text   string `json:"text"`
}

// Ask has a model describe what nobody described but rules: visible tables and
// columns with plain names. It uses about a number of tokens at most, in both
// directions. d is the catalogue with what people said. Texts that came before a
// fault are returned beside it.
func Ask(ctx context.Context, m Model, d *catalog.Dataset, tokens int) (texts []Text, used llm.Usage, err error) {
	spent := 0
	for batch := range slices.Chunk(wanted(d.Visible()), maxAsked) {
		request, err := requestFor(d, batch)
		if err != nil {
			return texts, used, err
		}
		asks := llm.EstimateTokens(request.Messages[0].Text + request.Messages[1].Text)
		if spent+asks+answerEach*len(batch) > tokens {
			return texts, used, nil
		}
		said, err := m.Chat(ctx, request)
		used = used.Add(said.Usage)
		spent += max(asks, said.Usage.InputTokens+said.Usage.OutputTokens) // a server may report too little
		if err != nil {
			return texts, used, err
		}
		got, err := read(said, batch)
		if err != nil {
			return texts, used, err
		}
		texts = append(texts, got...)
	}
	return texts, used, nil
}

// shown is a table or column as the model sees it.
type shown struct {
	Table  string   `json:"table"`
	Column string   `json:"column,omitempty"`
	Type   string   `json:"type,omitempty"`
	Rows   int64    `json:"rows,omitempty"`
	Values []string `json:"values,omitempty"`
	Min    string   `json:"min,omitempty"`
	Max    string   `json:"max,omitempty"`
	Facts  string   `json:"facts,omitempty"`
}

// wanted lists what a model may describe.
func wanted(d *catalog.Dataset) []shown {
	var out []shown
	for i := range d.Tables {
		t := &d.Tables[i]
		if !plainName(t.Name) {
			continue
		}
		if open(t.Description, t.DescribedBy) {
			out = append(out, shown{Table: t.Name, Rows: t.Rows, Facts: t.Description})
		}
		for j := range t.Columns {
			c := &t.Columns[j]
			if !c.Hidden && plainName(c.Name) && open(c.Description, c.DescribedBy) {
				out = append(out, columnShown(t, c))
			}
		}
	}
	return out
}

// open reports whether a model may say something: nobody did, or rules.
func open(text string, by catalog.Author) bool {
	return text == "" && by == "" || by == catalog.ByRules
}

func columnShown(t *catalog.Table, c *catalog.Column) shown {
	out := shown{Table: t.Name, Column: c.Name, Type: string(c.Type), Facts: c.Description}
	p := c.Profile
	if p == nil {
		return out
	}
	if c.Type == catalog.Text {
		for _, v := range p.Top {
			if len(out.Values) < shownValues && quotable(v.Value) {
				out.Values = append(out.Values, v.Value)
			}
		}
		return out
	}
	if quotable(p.Min) && quotable(p.Max) {
		out.Min, out.Max = p.Min, p.Max
	}
	return out
}

func requestFor(d *catalog.Dataset, batch []shown) (llm.Request, error) {
	var about struct {
		Title    string  `json:"title,omitempty"`
		Describe []shown `json:"describe"`
	}
	if Plain(d.Title) {
		about.Title = d.Title
	}
	about.Describe = batch
	data, err := json.Marshal(about) // < and > are escaped, so nothing closes the marks
	if err != nil {
		return llm.Request{}, fmt.Errorf("encode what is to be described: %w", err)
	}
	return llm.Request{
		MaxTokens: answerTokens,
		Messages: []llm.Message{
			{Role: llm.System, Text: prompt},
			{Role: llm.User, Text: "<data kind=\"catalogue\">\n" + string(data) + "\n</data>\nDescribe these."},
		},
		Tools: []llm.Tool{{Name: toolName, Description: "Write the descriptions down.", Schema: json.RawMessage(toolSchema)}},
	}, nil
}

const (
	toolName   = "describe"
	toolSchema = `{"type":"object","additionalProperties":false,"required":["descriptions"],"properties":{"descriptions":{"type":"array","items":{` +
		`"type":"object","additionalProperties":false,"required":["table","column","text"],"properties":{` +
		`"table":{"type":"string"},"column":{"type":"string","description":"Empty for the table itself."},"text":{"type":"string"}}}}}}`
)

// read takes from an answer the texts that were asked for and are plain, one of
// each.
func read(said llm.Response, batch []shown) ([]Text, error) {
	asked := map[[2]string]bool{}
	for _, s := range batch {
		asked[[2]string{s.Table, s.Column}] = true
	}
	for _, c := range said.Calls {
		if c.Name != toolName {
			continue
		}
		var in struct {
			Descriptions []Text `json:"descriptions"`
		}
		if err := json.Unmarshal([]byte(c.Arguments), &in); err != nil {
			return nil, fault.Wrap(err, fault.Model, "The model's descriptions cannot be read.").WithHint("Rules describe what it did not.")
		}
		var out []Text
		for _, t := range in.Descriptions {
			at := [2]string{t.Table, t.Column}
			if asked[at] && Plain(t.Text) {
				out = append(out, t)
				delete(asked, at)
			}
		}
		return out, nil
	}
	return nil, fault.New(fault.Model, "The model described nothing.").WithHint("Rules describe what it did not.")
}

// Write sets texts of a model where no person wrote one and none came with the
// dataset, within the bytes that generated texts may take, and returns how many it
// changed.
func Write(d *catalog.Dataset, texts []Text) int {
	changed, size := 0, generated(d)
	for _, text := range texts {
		t := d.Table(text.Table)
		if size += len(text.Text); t == nil || size > maxTexts {
			continue
		}
		if text.Column == "" {
			if t.Describe(text.Text, catalog.ByModel) {
				changed++
			}
			continue
		}
		if c := t.Column(text.Column); c != nil && c.Describe(text.Text, catalog.ByModel) {
			changed++
		}
	}
	return changed
}

// generated is how many bytes of texts nobody wrote there are.
func generated(d *catalog.Dataset) int {
	size := 0
	for _, t := range d.Tables {
		if t.DescribedBy.Generated() {
			size += len(t.Description)
		}
		for _, c := range t.Columns {
			if c.DescribedBy.Generated() {
				size += len(c.Description)
			}
		}
	}
	return size
}
