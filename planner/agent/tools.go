package agent

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/llm"
	"github.com/leo-analytics/leo/shared/plan"
)

// The names of the tools.
const (
	ListDatasets  = "list_datasets"
	GetSchema     = "get_dataset_schema"
	SearchCatalog = "search_catalog"
	ExecutePlan   = "execute_query_plan"
	ExecuteSQL    = "execute_sql"
	ExecutePython = "execute_python"
	GetRunStatus  = "get_run_status"
)

// maxStatement bounds SQL and Python that a model writes, in bytes.
const maxStatement = 16 << 10

// used is what a tool answered: a text, and what was wrong with the call if
// something was; or a statement to run.
type used struct {
	text      string
	wrong     *fault.Fault
	statement *Outcome
}

// toolbox is what a model can do in one run. Its answers follow from the task
// alone, so that a conversation can be rebuilt.
type toolbox struct {
	cfg  Config
	task Task
	by   map[string]func(arguments string) used
	all  []llm.Tool
}

func newToolbox(cfg Config, t Task) *toolbox {
	b := &toolbox{cfg: cfg, task: t}
	b.by = map[string]func(string) used{
		ListDatasets: b.listDatasets, GetSchema: b.schema, SearchCatalog: b.search,
		ExecutePlan: b.plan, ExecuteSQL: b.sql, GetRunStatus: b.status,
	}
	if cfg.Python {
		b.by[ExecutePython] = b.python
	}
	b.all = b.describe()
	return b
}

// use answers one call. It never fails: what is wrong is told to the model.
func (b *toolbox) use(k event.ModelCall) used {
	tool := b.by[k.Tool]
	if tool == nil {
		return wrong(fault.New(fault.Validation, "There is no tool %q.", clean(k.Tool, 40)).WithHint("The tools are %s.", strings.Join(b.names(), ", ")))
	}
	if strings.TrimSpace(k.Arguments) == "" { // how some servers write no arguments
		return tool("{}")
	}
	return tool(k.Arguments)
}

func wrong(err error) used {
	f := fault.From(err)
	return used{text: refusal(f), wrong: f}
}

// refusal puts a fault into words for the model. The words may quote names and
// values, so they are data.
func refusal(f *fault.Fault) string {
	says := map[string]any{"code": f.Code, "message": clean(f.Message, maxDescription), "hint": clean(f.Hint, maxDescription)}
	if path, ok := f.Details["path"]; ok {
		says["path"] = clean(fmt.Sprint(path), maxName)
	}
	return "This was refused and did not run.\n" + data("error", says)
}

// names returns the tools there are, in a fixed order.
func (b *toolbox) names() []string {
	var out []string
	for _, t := range b.offered() {
		out = append(out, t.Name)
	}
	return out
}

// offered returns the tools as the model sees them.
func (b *toolbox) offered() []llm.Tool { return b.all }

func (b *toolbox) describe() []llm.Tool {
	none := json.RawMessage(`{"type":"object","additionalProperties":false,"properties":{}}`)
	tools := []llm.Tool{
		{Name: ExecutePlan, Description: "Run a QueryPlan: a typed question that is compiled to SQL. Returns the first rows.", Schema: planSchema()},
		{Name: ExecuteSQL, Description: "Run one DuckDB SELECT over the dataset's tables, for what a plan cannot say. Returns the first rows.", Schema: textSchema("sql")},
		{Name: SearchCatalog, Description: "Find tables, columns and values by words.", Schema: textSchema("query")},
		{Name: GetSchema, Description: "Show tables with all their columns.", Schema: json.RawMessage(
			`{"type":"object","additionalProperties":false,"required":["tables"],"properties":{"tables":{"type":"array","items":{"type":"string"},"maxItems":8}}}`)},
		{Name: ListDatasets, Description: "List the datasets of this conversation: there is one.", Schema: none},
		{Name: GetRunStatus, Description: "Say how many statements, mistakes and tokens are left.", Schema: none},
	}
	if b.cfg.Python {
		tools = slices.Insert(tools, 2, llm.Tool{
			Name:        ExecutePython,
			Description: "Run Python over the dataset: each table is a pandas DataFrame of its name; assign the answer to result.",
			Schema:      textSchema("code"),
		})
	}
	return tools
}

func textSchema(field string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"type":"object","additionalProperties":false,"required":[%q],"properties":{%q:{"type":"string"}}}`, field, field))
}

// planSchema is the plan's own schema without what a model has no say in: the
// dataset is the conversation's, and there is one version.
func planSchema() json.RawMessage {
	var schema map[string]any
	if err := json.Unmarshal(plan.Schema(), &schema); err != nil {
		panic(err) // it is part of the program
	}
	defs, _ := schema["$defs"].(map[string]any)
	query, _ := defs["query"].(map[string]any)
	properties, _ := query["properties"].(map[string]any)
	for _, field := range []string{"version", "dataset_id", "notes"} {
		delete(properties, field)
	}
	out, err := json.Marshal(map[string]any{
		"type": "object", "additionalProperties": false, "required": []string{"plan"},
		"properties": map[string]any{"plan": map[string]any{"$ref": "#/$defs/query"}}, "$defs": defs,
	})
	if err != nil {
		panic(err) // likewise
	}
	return out
}

// strict decodes the arguments of a call: one object, no field too many.
func strict(arguments string, into any) error {
	dec := json.NewDecoder(strings.NewReader(arguments))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fault.Wrap(err, fault.Validation, "The arguments are not what the tool takes: %s.", strings.TrimPrefix(err.Error(), "json: ")).
			WithHint("Send one JSON object with the fields of the tool's schema and no others.")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fault.New(fault.Validation, "The arguments are followed by more text.").WithHint("Send one JSON object.")
	}
	return nil
}

func (b *toolbox) plan(arguments string) used {
	var in struct {
		Plan json.RawMessage `json:"plan"`
	}
	if err := strict(arguments, &in); err != nil {
		return wrong(err)
	}
	if len(in.Plan) == 0 || bytes.Equal(in.Plan, []byte("null")) {
		return wrong(fault.New(fault.Validation, "There is no plan.").WithHint("Put the plan into the field plan."))
	}
	q, err := plan.Decode(in.Plan)
	if err != nil {
		return wrong(err)
	}
	for path, p := range q.Plans() {
		if p.DatasetID != "" {
			return wrong(fault.New(fault.Validation, "A plan here has no dataset_id: it is always this conversation's dataset.").
				WithHint("Leave dataset_id out.").With("path", path.Key("dataset_id")))
		}
	}
	q.Notes = ""
	b.attach(q)
	if err := b.task.Check(q); err != nil {
		return wrong(err)
	}
	return used{statement: &Outcome{Plan: q}}
}

func (b *toolbox) sql(arguments string) used {
	var in struct {
		SQL string `json:"sql"`
	}
	if err := strict(arguments, &in); err != nil {
		return wrong(err)
	}
	text, err := statement(in.SQL)
	if err != nil {
		return wrong(err)
	}
	return used{statement: &Outcome{SQL: text}}
}

func (b *toolbox) python(arguments string) used {
	var in struct {
		Code string `json:"code"`
	}
	if err := strict(arguments, &in); err != nil {
		return wrong(err)
	}
	text, err := statement(in.Code)
	if err != nil {
		return wrong(err)
	}
	return used{statement: &Outcome{Python: text}}
}

func statement(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", fault.New(fault.Validation, "The statement is empty.").WithHint("Send a statement.")
	case len(text) > maxStatement || strings.ContainsRune(text, 0):
		return "", fault.New(fault.Validation, "The statement is longer than %d KiB or holds a zero byte.", maxStatement>>10).WithHint("Send a shorter one.")
	}
	return text, nil
}

func (b *toolbox) listDatasets(arguments string) used {
	if err := strict(arguments, &struct{}{}); err != nil {
		return wrong(err)
	}
	d := b.task.Dataset
	return used{text: data("datasets", []any{map[string]any{
		"id": name(d.ID), "title": clean(d.Title, maxName), "description": clean(d.Description, maxDescription), "tables": len(d.Tables),
	}})}
}

func (b *toolbox) schema(arguments string) used {
	var in struct {
		Tables []string `json:"tables"`
	}
	if err := strict(arguments, &in); err != nil {
		return wrong(err)
	}
	var chosen []int
	for _, want := range in.Tables {
		at := b.task.Index.table(want)
		if at < 0 {
			return wrong(fault.New(fault.Validation, "There is no table %q.", clean(want, maxName)).
				WithHint("The tables are %s.", clean(strings.Join(b.task.Dataset.TableNames(), ", "), maxDescription)))
		}
		if !slices.Contains(chosen, at) {
			chosen = append(chosen, at)
		}
	}
	return used{text: data("schema", b.task.Index.show(chosen, nil, 2*b.cfg.ContextTokens))}
}

func (b *toolbox) search(arguments string) used {
	var in struct {
		Query string `json:"query"`
	}
	if err := strict(arguments, &in); err != nil {
		return wrong(err)
	}
	return used{text: data("matches", b.task.Index.Search(in.Query, b.task.near(in.Query), 12))}
}

func (b *toolbox) status(arguments string) used {
	if err := strict(arguments, &struct{}{}); err != nil {
		return wrong(err)
	}
	return used{text: data("status", map[string]any{
		"statements_run": len(b.task.Steps), "statements_left": b.cfg.MaxSteps - len(b.task.Steps),
		"mistakes_allowed": b.cfg.MaxRepairs, "rows_returned_at_most": b.task.Asked.Limits.MaxRows,
	})}
}
