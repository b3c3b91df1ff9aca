package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/run"
)

// askOptions are the flags of leo ask.
type askOptions struct {
	dataset, sql, plan, python string
	rows                       int
	json                       bool
}

func (a *app) askCommand() *cobra.Command {
	var o askOptions
	c := &cobra.Command{
		Use: "ask -d DATASET [QUESTION]", Short: "Ask a question, run a plan, SQL or Python, and print the answer",
		Args: args(cobra.MaximumNArgs(1)),
		Example: `  leo ask -d ecommerce "Total revenue by month"
  leo ask -d ecommerce --sql "SELECT count(*) FROM orders"
  leo ask -d ecommerce --plan plan.json --json
  leo ask -d ecommerce --python report.py`,
		RunE: func(c *cobra.Command, given []string) error {
			body, err := o.request(a.in, given)
			if err != nil {
				return err
			}
			cl, stop, err := a.connect(c)
			if err != nil {
				return err
			}
			defer stop()
			return a.ask(c.Context(), cl, o, body)
		},
	}
	c.Flags().StringVarP(&o.dataset, "dataset", "d", "", "dataset id (required); `leo dataset list` shows them")
	c.Flags().StringVar(&o.sql, "sql", "", "run this SQL instead of a question")
	c.Flags().StringVar(&o.plan, "plan", "", "run the plan in this JSON file instead of a question; - reads standard input")
	c.Flags().StringVar(&o.python, "python", "", "run the Python in this file instead of a question; - reads standard input")
	c.Flags().IntVar(&o.rows, "rows", 0, "rows to return at most")
	c.Flags().BoolVar(&o.json, "json", false, "print the run's capsule as JSON instead of a table")
	return c
}

// request builds the body of POST runs.
func (o askOptions) request(in io.Reader, given []string) (map[string]any, error) {
	if o.dataset == "" {
		return nil, fault.New(fault.Validation, "Which dataset is the question about?").
			WithHint("Add -d DATASET; `leo dataset list` shows the datasets there are.")
	}
	body := map[string]any{"dataset_id": o.dataset}
	if o.rows != 0 {
		body["limits"] = map[string]any{"max_rows": o.rows}
	}
	n := len(given)
	if n == 1 {
		body["question"] = given[0]
	}
	if o.sql != "" {
		body["sql"] = o.sql
		n++
	}
	if o.plan != "" {
		data, err := readInput(in, o.plan)
		if err != nil {
			return nil, err
		}
		if !json.Valid(data) {
			return nil, fault.New(fault.Validation, "%s is not JSON.", o.plan).WithHint("A plan is a JSON object; see docs/plan.md.")
		}
		body["plan"] = json.RawMessage(data)
		n++
	}
	if o.python != "" {
		data, err := readInput(in, o.python)
		if err != nil {
			return nil, err
		}
		body["python"] = string(data)
		n++
	}
	if n != 1 {
		return nil, fault.New(fault.Validation, "Give exactly one of a question, --sql, --plan and --python.").
			WithHint(`For example: leo ask -d %s "How many rows are there?"`, o.dataset)
	}
	return body, nil
}

func readInput(in io.Reader, path string) ([]byte, error) {
	var data []byte
	var err error
	if path == "-" {
		data, err = io.ReadAll(io.LimitReader(in, 1<<20))
	} else {
		data, err = os.ReadFile(path) //nolint:gosec // a file the person named
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "The file %s cannot be read.", path).WithHint("Check the path.")
	}
	return data, nil
}

// ask posts the run, prints its stages and then its answer.
func (a *app) ask(ctx context.Context, cl *client, o askOptions, body map[string]any) error {
	var accepted struct {
		RunID string `json:"run_id"`
	}
	if err := cl.call(ctx, http.MethodPost, "/api/v1/runs", body, &accepted); err != nil {
		return err
	}
	err := cl.watch(ctx, accepted.RunID, func(name string, data []byte) error {
		if !o.json {
			a.stage(name, data)
		}
		return nil
	})
	if err != nil {
		if ctx.Err() != nil {
			cancelRun(cl, accepted.RunID)
		}
		return err
	}
	data, err := cl.raw(ctx, "/api/v1/runs/"+url.PathEscape(accepted.RunID))
	if err != nil {
		return err
	}
	c, err := run.Verify(data)
	if err != nil {
		return err
	}
	if o.json {
		if _, err := a.out.Write(data); err != nil {
			return err
		}
	} else {
		a.printAnswer(c)
	}
	return outcome(c)
}

// cancelRun stops a run whose asker pressed Ctrl-C.
func cancelRun(cl *client, runID string) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = cl.call(ctx, http.MethodPost, "/api/v1/runs/"+url.PathEscape(runID)+"/cancel", nil, nil)
}

// outcome turns a run that did not succeed into the command's failure.
func outcome(c *run.Capsule) error {
	switch {
	case c.Error != nil:
		return c.Error
	case c.Status == run.NeedsInput:
		return exitError{code: fault.Validation.ExitCode()}
	}
	return nil
}

// stage prints one line for an event of the run, on standard error.
func (a *app) stage(name string, data []byte) {
	e, err := event.Decode(data)
	if err != nil {
		return // a note, which has no place in a log of lines
	}
	switch b := e.Body.(type) {
	case event.Planned:
		fmt.Fprintf(a.err, "  planned   %6.1f ms  %s: %s\n", b.PlanMS, road(b.Road()), b.Sentence)
	case event.Started:
		fmt.Fprintf(a.err, "  started               in sandbox %s\n", b.SandboxID)
	case event.Executed:
		if b.Fault != nil {
			fmt.Fprintf(a.err, "  did not run           %s\n", b.Fault.Message)
			return
		}
		fmt.Fprintf(a.err, "  executed  %6.1f ms  %d rows\n", b.Timings.ExecMS, b.RowCount)
	case event.Asked:
	default:
		fmt.Fprintf(a.err, "  %s\n", name)
	}
}

// road puts how a statement was made into words.
func road(r event.Road) string {
	if r == event.RoadVerified {
		return "verified answer"
	}
	words := strings.Split(string(r), "_")
	return strings.Join(append([]string{strings.Replace(words[0], "sql", "SQL", 1)}, words[1:]...), " ")
}

// printAnswer prints what a person came for.
func (a *app) printAnswer(c *run.Capsule) {
	if c.Status == run.NeedsInput {
		title := "The question has several readings. Run one with `leo ask --plan`:"
		if len(c.Readings) == 1 {
			title = "Leo is not sure. If this is what you mean, run it with `leo ask --plan`:"
		}
		fmt.Fprintln(a.out, title)
		for i, r := range c.Readings {
			fmt.Fprintf(a.out, "\n%d. %s\n   %s\n", i+1, r.Sentence, r.Plan)
		}
		return
	}
	if c.Answer != nil {
		fmt.Fprintf(a.out, "\n%s\n\n", c.Answer.Text)
	}
	if c.Stdout != "" {
		fmt.Fprintf(a.out, "%s\n\n", printable(strings.TrimRight(c.Stdout, "\n")))
	}
	if p := c.Preview; p != nil && c.Status == run.Succeeded {
		printTable(a.out, p)
		rows := fmt.Sprintf("%d rows", p.RowCount)
		if p.RowCount == 1 {
			rows = "1 row"
		}
		if p.Truncated {
			rows = fmt.Sprintf("first %d rows, there are more", p.RowCount)
		}
		fmt.Fprintf(a.out, "\n%s%s · data version %.12s · %.1f ms · %s · run %s\n", rows, vouchedFor(c), c.DatasetVersionHash, c.Stats.Timings.TotalMS, c.RunnerMode, c.RunID)
	}
	if u := c.Usage; u != nil && u.Model != "" {
		fmt.Fprintf(a.out, "model %s: %d tokens in, %d out, %.4f USD, %.1f s\n", u.Model, u.InputTokens, u.OutputTokens, u.CostUSD, u.ModelMS/1000)
	}
	if c.Error != nil {
		return // the caller prints it
	}
	if c.Trust != nil && c.Trust.Road != "" {
		fmt.Fprintf(a.out, "%s (%s)\n", c.Sentence, road(c.Trust.Road))
		return
	}
	fmt.Fprintf(a.out, "%s\n", c.Sentence)
}

// vouchedFor says who verified the answer, where somebody did.
func vouchedFor(c *run.Capsule) string {
	if c.Trust == nil || c.Trust.Verified == nil {
		return ""
	}
	v := c.Trust.Verified
	return fmt.Sprintf(" · verified by %s on %s", plainText(v.Owner), v.At.Format("2 January 2006"))
}

// printTable prints rows with aligned columns. Control characters of cells are
// shown as spaces: a cell must not be able to drive the terminal.
func printTable(w io.Writer, p *run.Preview) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	names := make([]string, len(p.Columns))
	rules := make([]string, len(p.Columns))
	for i, c := range p.Columns {
		names[i] = plainText(c.Name)
		rules[i] = strings.Repeat("-", len(names[i]))
	}
	fmt.Fprintln(tw, strings.Join(names, "\t"))
	fmt.Fprintln(tw, strings.Join(rules, "\t"))
	for _, row := range p.Rows {
		cells := make([]string, len(row))
		for i, v := range row {
			if v != nil {
				cells[i] = plainText(fmt.Sprint(v))
			}
		}
		fmt.Fprintln(tw, strings.Join(cells, "\t"))
	}
	_ = tw.Flush()
}

// printable is [plainText] for text of several lines.
func printable(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = plainText(lines[i])
	}
	return strings.Join(lines, "\n")
}

func plainText(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
