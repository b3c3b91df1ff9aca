package agent

import (
	"strings"

	"github.com/leo-analytics/leo/shared/event"
)

// maxTurns is how many earlier questions and named results are shown, maxPlan how
// much of a plan, in characters.
const (
	maxTurns = 8
	maxPlan  = 1500
)

// opening is the first message: what looks relevant of the catalogue, what was
// said before, and the question.
func opening(cfg Config, t Task) string {
	d, c := t.Dataset, t.Asked.Conversation
	words := strings.Join(append(append([]string{}, c.Turns...), c.Instructions, t.Asked.Request.Question), " ")
	about := map[string]any{"id": name(d.ID), "title": clean(d.Title, maxName)}
	if d.Description != "" {
		about["description"] = clean(d.Description, maxDescription)
	}
	parts := []string{
		data("dataset", about),
		data("catalogue", t.Index.Relevant(words, t.Asked.Request.Question, t.near(t.Asked.Request.Question), cfg.ContextTokens)),
	}
	if said := conversationOf(c); len(said) > 0 {
		parts = append(parts, data("conversation", said))
	}
	return strings.Join(append(parts, "The question to answer:", data("question", clean(t.Asked.Request.Question, maxQuestion))), "\n")
}

// conversationOf shows what the question may refer to.
func conversationOf(c event.Context) map[string]any {
	said := map[string]any{}
	if n := len(c.Turns); n > 0 {
		var turns []string
		for _, turn := range c.Turns[max(0, n-maxTurns):] {
			turns = append(turns, clean(turn, maxDescription))
		}
		said["earlier_questions"] = turns
	}
	if p := c.Previous; p != nil {
		said["previous_answer"] = map[string]string{"computed": clean(p.Sentence, maxDescription), "plan": clean(string(p.Plan), maxPlan)}
	}
	var named []map[string]string
	for _, n := range c.Named {
		named = append(named, map[string]string{"name": name(n.Name), "computed": clean(n.Sentence, maxDescription), "plan": clean(string(n.Plan), maxPlan)})
	}
	if len(named) > 0 {
		said["named_results"] = named[max(0, len(named)-maxTurns):]
	}
	for field, text := range map[string]string{
		"definitions": c.Instructions, "constraints": c.Constraints, "answer_format": c.AnswerFormat,
	} {
		if text != "" {
			said[field] = clean(text, maxQuestion)
		}
	}
	return said
}
