package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/leo-analytics/leo/gateway/api"
	"github.com/leo-analytics/leo/planner"
	"github.com/leo-analytics/leo/planner/agent"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/llm"
)

// modelOf returns the client of the configured model, or nil if there is none.
func modelOf(cfg config.Config) (*llm.Client, error) {
	if cfg.Model == "" || cfg.Planner == string(planner.Rules) {
		return nil, nil
	}
	return llm.New(llm.Config{
		BaseURL: cfg.OpenAIBaseURL, Key: cfg.OpenAIAPIKey, Model: cfg.Model, Timeout: cfg.ModelTimeout,
		PriceIn: cfg.ModelPriceIn, PriceOut: cfg.ModelPriceOut,
	})
}

// plannerConfig says how questions are planned. A model's figures go to /metrics
// and its state to /readyz where this process serves those.
func (u *up) plannerConfig() (planner.Config, error) {
	pc := planner.Config{
		Slots: u.cfg.PlannerSlots, Limits: limitsOf(u.cfg), Python: u.cfg.Python, Mode: planner.Mode(u.cfg.Planner),
		Budget: agent.Config{MaxTokens: u.cfg.ModelTokens, MaxTime: u.cfg.ModelTime},
	}
	var err error
	if pc.Index, err = u.searchIndex(); err != nil {
		return pc, err
	}
	m, err := modelOf(u.cfg)
	if err != nil || m == nil {
		return pc, err
	}
	pc.Model, u.model = m, m
	u.collectors = append(u.collectors, m)
	return pc, nil
}

// describer is the client for the model that describes datasets, if one does: the
// model that plans, but not the planner's client, whose breaker is for questions.
func (u *up) describer() (*llm.Client, error) {
	if u.cfg.SyncTokens == 0 {
		return nil, nil
	}
	m, err := modelOf(u.cfg)
	if err != nil || m == nil {
		return nil, err
	}
	u.closers = append(u.closers, func() error { m.Close(); return nil })
	if !u.single {
		u.model = m
		u.collectors = append(u.collectors, m)
	}
	return m, nil
}

// modelCheck is the model's line of /readyz. Leo is ready without its model, too:
// questions the rules are sure of are answered, and the others asked about.
func modelCheck(m *llm.Client) api.Check {
	h := m.Health()
	return api.Check{
		Name: "model", OK: true,
		Detail: fmt.Sprintf("%s; breaker %s, %d failures in a row; asked by %s", m.Model(), h.Breaker, h.Failures, h.Dialect),
	}
}

// checkModel asks the configured model one short question and reports what came.
// A model that does not answer is reported and no error: Leo works without.
func checkModel(ctx context.Context, w io.Writer, cfg config.Config) error {
	m, err := modelOf(cfg)
	if err != nil {
		return err
	}
	if m == nil {
		_, err := fmt.Fprintln(w, "No model is used: questions are planned by rules.")
		return err
	}
	defer m.Close()
	address := cfg.OpenAIBaseURL
	if address == "" {
		address = llm.DefaultBaseURL
	}
	ctx, cancel := context.WithTimeout(ctx, min(cfg.ModelTimeout, 30*time.Second))
	defer cancel()
	resp, err := m.Chat(ctx, llm.Request{
		Messages: []llm.Message{{Role: llm.User, Text: "Use the tool ready to say that you are."}},
		Tools: []llm.Tool{{
			Name: "ready", Description: "Say that you are ready.",
			Schema: []byte(`{"type":"object","additionalProperties":false,"required":["ready"],"properties":{"ready":{"type":"boolean"}}}`),
		}},
		MaxTokens: 256,
	})
	if err != nil {
		f := fault.From(err)
		_, err := fmt.Fprintf(w, "The model %s at %s does not work: %s %s\n", cfg.Model, address, f.Message, f.Hint)
		return err
	}
	how := "answered in words where a tool was asked for; it may be too small to plan"
	if len(resp.Calls) > 0 {
		how = "uses tools (" + m.Health().Dialect + ")"
	}
	_, err = fmt.Fprintf(w, "The model %s at %s answers in %.1f s and %s.\n", cfg.Model, address, resp.Usage.MS/1000, how)
	return err
}
