package agent

import (
	"context"
	_ "embed"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/llm"
	"github.com/leo-analytics/leo/shared/plan"
)

//go:embed prompt.md
var prompt string

// Model is what an agent needs of a language model; *llm.Client is one.
type Model interface {
	// Chat fails as [llm.Client.Chat] does, with its usage filled in also then.
	Chat(ctx context.Context, req llm.Request) (llm.Response, error)
	// Model returns the model's name.
	Model() string
}

// Config bounds what a model may use of one run.
type Config struct {
	// MaxSteps is how many statements may run. Default 6.
	MaxSteps int
	// MaxRepairs is how many calls may be wrong. Default 3.
	MaxRepairs int
	// MaxRounds is how many requests may be sent. Default 16.
	MaxRounds int
	// MaxTokens bounds tokens, both directions together. Default 60 000.
	MaxTokens int
	// MaxTime bounds the time spent waiting for the model. Default 2 min.
	MaxTime time.Duration
	// AnswerTokens bounds one message of the model. Default 2048.
	AnswerTokens int
	// ContextTokens bounds what is shown of the catalogue unasked. Default 3000.
	ContextTokens int
	// Python says that execute_python is offered.
	Python bool
}

// WithDefaults returns a copy with every zero field set to its default.
func (c Config) WithDefaults() Config {
	for _, f := range []struct {
		v   *int
		def int
	}{
		{&c.MaxSteps, 6},
		{&c.MaxRepairs, 3},
		{&c.MaxRounds, 16},
		{&c.MaxTokens, 60_000},
		{&c.AnswerTokens, 2048},
		{&c.ContextTokens, 3000},
	} {
		if *f.v == 0 {
			*f.v = f.def
		}
	}
	if c.MaxTime == 0 {
		c.MaxTime = 2 * time.Minute
	}
	return c
}

// Validate reports numbers that make no sense, as VALIDATION_ERROR.
func (c Config) Validate() error {
	if c.MaxSteps < 1 || c.MaxRepairs < 0 || c.MaxRounds < 1 || c.MaxTokens < 1000 || c.MaxTime <= 0 || c.AnswerTokens < 64 || c.ContextTokens < 100 {
		return fault.New(fault.Validation, "The model's budget is too small to plan anything.").
			WithHint("Use model_tokens of at least 1000 and a positive model_time, or leave them out.")
	}
	return nil
}

// Agent plans with a model. It may be used by several goroutines at once.
type Agent struct {
	cfg   Config
	model Model
}

// New returns an agent.
func New(cfg Config, m Model) (*Agent, error) {
	cfg = cfg.WithDefaults()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	return &Agent{cfg: cfg, model: m}, nil
}

// Step is one statement of the run and what became of it.
type Step struct {
	Planned  event.Planned
	Executed event.Executed
}

// Task is a run as its events tell it.
type Task struct {
	Dataset *catalog.Dataset
	Index   *Index
	Asked   event.Asked
	// AsOf is the clock of the question.
	AsOf time.Time
	// Named are results of the conversation that a plan may use like tables.
	Named []plan.Named
	// Steps are the statements so far, oldest first.
	Steps []Step
	// Check takes a plan through every check there is before the sandbox. Its
	// fault is shown to the model.
	Check func(q *plan.Query) error
	// Near, when set, is an index that compares meaning: what it finds for a text,
	// best first. It proposes, and what is not in Index is not shown.
	Near func(text string) []Place
	// OnText, when set, gets the pieces of the answer as the model writes it.
	OnText func(piece string)
}

// Outcome is how far Next came. Exactly one of Plan, SQL, Python and Text is set,
// or none where the model declined.
type Outcome struct {
	Plan   *plan.Query
	SQL    string
	Python string
	// Text is the model's answer to the question, unchecked.
	Text string
	// Declined is what the model said instead of computing anything; unchecked.
	Declined string
	// Step is what led to the statement. Its usage is set on every outcome and
	// also beside an error: it is what this call of Next cost.
	Step event.ModelStep
	// Repairable says that there is room for another try if the statement fails.
	Repairable bool
}

// Next asks the model to go on. Besides the faults of [llm.Client.Chat] it fails
// with BUDGET_EXCEEDED when the run's tokens, time or requests are used up, and
// with MODEL_ERROR when the model made more mistakes than it may.
func (a *Agent) Next(ctx context.Context, t Task) (Outcome, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, max(0, a.cfg.MaxTime-spent(t.Steps)), outOf("time", "model_time"))
	defer cancel()
	c := a.converse(t)
	out, err := c.run(ctx)
	out.Step.Usage = c.usage
	return out, err
}

// spent is how long the run waited for the model so far.
func spent(steps []Step) time.Duration {
	var ms float64
	for _, s := range steps {
		if s.Planned.Model != nil {
			ms += s.Planned.Model.Usage.MS
		}
	}
	return time.Duration(ms * float64(time.Millisecond))
}

func outOf(what, setting string) *fault.Fault {
	return fault.New(fault.BudgetExceeded, "The model used up the %s it has for one question.", what).
		WithHint("Ask something simpler. An administrator can raise %s.", setting)
}
