package agent

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/llm"
)

// conversation is one call of Next.
type conversation struct {
	agent    *Agent
	task     Task
	tools    *toolbox
	messages []llm.Message
	turns    []event.ModelTurn // of the step that is being made
	usage    event.ModelUsage  // of this call
	before   event.ModelUsage  // of the steps before it
	mistakes int               // calls of the whole run that were wrong
	lastWord string            // what was wrong with the last of them
}

// converse rebuilds the conversation from the run's events.
func (a *Agent) converse(t Task) *conversation {
	c := &conversation{agent: a, task: t, tools: newToolbox(a.cfg, t)}
	c.usage.Model = a.model.Model()
	c.messages = append(
		c.messages,
		llm.Message{Role: llm.System, Text: instructions(t.AsOf, a.cfg.Python)},
		llm.Message{Role: llm.User, Text: opening(a.cfg, t)},
	)
	for _, s := range t.Steps {
		if s.Planned.Model == nil {
			continue
		}
		c.before = c.before.Add(s.Planned.Model.Usage)
		for _, turn := range s.Planned.Model.Turns {
			c.replay(turn, s)
		}
		if s.Executed.Fault != nil {
			c.wrong(s.Executed.Fault)
		}
	}
	return c
}

func instructions(asOf time.Time, python bool) string {
	or := ""
	if python {
		or = "execute_python or "
	}
	return strings.NewReplacer("{{clock}}", asOf.UTC().Format("Monday 2006-01-02 15:04")+" UTC", "{{sql_or}}", or).Replace(strings.TrimSpace(prompt))
}

// replay adds a turn of an earlier step and what its tools answered.
func (c *conversation) replay(turn event.ModelTurn, s Step) {
	c.say(turn)
	ran := false
	for _, k := range turn.Calls {
		r := c.tools.use(k)
		switch {
		case r.statement != nil && !ran:
			ran = true
			c.hear(k, result(s.Executed))
		case r.statement != nil:
			c.hear(k, oneAtATime)
		default:
			if r.wrong != nil {
				c.wrong(r.wrong)
			}
			c.hear(k, r.text)
		}
	}
}

const oneAtATime = "Not run: one statement at a time."

func (c *conversation) say(turn event.ModelTurn) {
	m := llm.Message{Role: llm.Assistant, Text: turn.Text}
	for _, k := range turn.Calls {
		m.Calls = append(m.Calls, llm.Call{ID: k.ID, Name: k.Tool, Arguments: k.Arguments})
	}
	c.messages = append(c.messages, m)
}

func (c *conversation) hear(k event.ModelCall, text string) {
	c.messages = append(c.messages, llm.Message{Role: llm.Result, CallID: k.ID, Text: text})
}

func (c *conversation) wrong(f *fault.Fault) {
	c.mistakes++
	c.lastWord = f.Message
}

// answered reports whether there is a result to speak about.
func (c *conversation) answered() bool {
	n := len(c.task.Steps)
	return n > 0 && c.task.Steps[n-1].Executed.Fault == nil
}

// run asks until there is something to run or to tell.
func (c *conversation) run(ctx context.Context) (Outcome, error) {
	if len(c.task.Steps) >= c.agent.cfg.MaxSteps && !c.answered() {
		return Outcome{}, outOf("statements", "the number of steps")
	}
	for {
		if c.mistakes > c.agent.cfg.MaxRepairs {
			return Outcome{}, fault.New(fault.Model, "The model did not come up with anything that can be run: %s", lower(c.lastWord)).
				WithHint("Put the question in other words, or name the columns you mean.").With("repairs", c.agent.cfg.MaxRepairs)
		}
		resp, err := c.ask(ctx)
		if err != nil {
			return Outcome{}, err
		}
		if len(resp.Calls) == 0 || resp.Refused {
			return c.told(resp), nil
		}
		if len(c.task.Steps) >= c.agent.cfg.MaxSteps { // no tool was offered
			return Outcome{}, outOf("statements", "the number of steps")
		}
		if out, ok := c.act(resp); ok {
			return out, nil
		}
	}
}

// ask sends the conversation, within what is left of the budget.
func (c *conversation) ask(ctx context.Context) (llm.Response, error) {
	cfg := c.agent.cfg
	if c.before.Requests+c.usage.Requests >= cfg.MaxRounds {
		return llm.Response{}, outOf("requests", "the number of requests")
	}
	req := llm.Request{Messages: c.messages, MaxTokens: cfg.AnswerTokens}
	if len(c.task.Steps) < cfg.MaxSteps {
		req.Tools = c.tools.offered()
	} else {
		req.Messages = append(req.Messages[:len(req.Messages):len(req.Messages)], llm.Message{Role: llm.User, Text: "No more statements can be run. Answer now, in words."})
	}
	if c.answered() {
		req.OnText = c.task.OnText
	}
	left := cfg.MaxTokens - c.before.Tokens() - c.usage.Tokens() - size(req)
	if left < 64 {
		return llm.Response{}, outOf("tokens", "model_tokens")
	}
	req.MaxTokens = min(req.MaxTokens, left)
	resp, err := c.agent.model.Chat(ctx, req)
	u := resp.Usage
	c.usage = c.usage.Add(event.ModelUsage{
		Model: u.Model, InputTokens: u.InputTokens, OutputTokens: u.OutputTokens, CostUSD: u.CostUSD, Requests: u.Requests, MS: u.MS,
	})
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		if f := fault.From(context.Cause(ctx)); f.Code == fault.BudgetExceeded {
			return resp, f
		}
	}
	return resp, err
}

// size is about how many tokens a request has.
func size(req llm.Request) int {
	n := 0
	for _, m := range req.Messages {
		n += llm.EstimateTokens(m.Text) + 4
		for _, k := range m.Calls {
			n += llm.EstimateTokens(k.Arguments)
		}
	}
	for _, t := range req.Tools {
		n += llm.EstimateTokens(t.Description) + llm.EstimateTokens(string(t.Schema))
	}
	return n
}

// told is an answer without tools: to the question if there is a result, and
// otherwise a model that declines.
func (c *conversation) told(resp llm.Response) Outcome {
	if !c.answered() || resp.Refused || strings.TrimSpace(resp.Text) == "" {
		return Outcome{Declined: clean(resp.Text, maxDescription)}
	}
	return Outcome{Text: resp.Text}
}

// act uses the tools the model asked for, up to the first statement that passes.
func (c *conversation) act(resp llm.Response) (Outcome, bool) {
	turn := event.ModelTurn{Text: clip(resp.Text, maxDescription)}
	for _, k := range resp.Calls {
		turn.Calls = append(turn.Calls, event.ModelCall{ID: k.ID, Tool: clip(k.Name, 64), Arguments: k.Arguments})
	}
	c.say(turn)
	c.turns = append(c.turns, turn)
	for _, k := range turn.Calls {
		r := c.tools.use(k)
		if r.statement != nil {
			out := *r.statement
			out.Step.Turns = c.turns
			out.Repairable = c.mistakes < c.agent.cfg.MaxRepairs && len(c.task.Steps)+1 < c.agent.cfg.MaxSteps
			return out, true
		}
		if r.wrong != nil {
			c.wrong(r.wrong)
		}
		c.hear(k, r.text)
	}
	return Outcome{}, false
}

func lower(s string) string {
	if s == "" {
		return "it made no attempt."
	}
	return strings.ToLower(s[:1]) + s[1:]
}
