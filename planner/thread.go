package planner

import (
	"slices"
	"strings"

	"github.com/leo-analytics/leo/planner/rules"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/sentence"
)

// The bounds of what a thread keeps: every question brings it all along.
const (
	maxNamed     = 20
	maxNamedPlan = 16 << 10
)

// asks is the question as the rules see it: with the thread's last plan and its
// named results. A plan that cannot be read any more is left out.
func (d draft) asks(text string) rules.Question {
	c := d.asked.Conversation
	q := rules.Question{Text: text, Turns: c.Turns, Instructions: c.Instructions, AsOf: d.asOf, Named: d.named()}
	if c.Previous != nil {
		if prev, err := plan.Decode(c.Previous.Plan); err == nil {
			q.Previous = prev
		}
	}
	return q
}

// named are the thread's named results whose plans can be read.
func (d draft) named() []plan.Named {
	var out []plan.Named
	for _, n := range d.asked.Conversation.Named {
		if q, err := plan.Decode(n.Plan); err == nil {
			out = append(out, plan.Named{Name: n.Name, Plan: q})
		}
	}
	return out
}

// continues names the answer a refinement goes on from.
func (d draft) continues() *event.Continued {
	if p := d.asked.Conversation.Previous; p != nil {
		return &event.Continued{RunID: p.RunID, Sentence: p.Sentence}
	}
	if n := len(d.asked.Conversation.Turns); n > 0 {
		return &event.Continued{Sentence: d.asked.Conversation.Turns[n-1]}
	}
	return nil
}

// command answers an utterance that asks nothing and changes its thread; nil for
// every other. What cannot be done is said, and nothing is run.
func (d draft) command(text string) event.Body {
	var names []string
	for _, n := range d.asked.Conversation.Named {
		names = append(names, n.Name)
	}
	c, ok := rules.ReadCommand(text, names)
	if !ok {
		return nil
	}
	switch c.Act {
	case rules.Reset:
		says := "Starting afresh: the next question stands on its own."
		if len(names) > 0 {
			says += " Named results stay: " + strings.Join(names, ", ") + "."
		}
		return d.changed(says, event.ThreadChange{Reset: true})
	case rules.Forget:
		return d.changed("The name "+c.Name+" is gone. The answers that used it stay.", event.ThreadChange{Forgot: c.Name})
	default:
		return d.giveName(c.Name)
	}
}

// giveName keeps the last answer's plan under a name.
func (d draft) giveName(name string) event.Body {
	conv := d.asked.Conversation
	prev := conv.Previous
	if prev == nil {
		return d.cannot("There is no answer with a plan to give the name %q to.", name, "Ask a question first, then name its answer.")
	}
	if err := d.free(name); err != nil {
		return d.refused(err)
	}
	replaces := slices.ContainsFunc(conv.Named, func(n event.NamedPlan) bool { return strings.EqualFold(n.Name, name) })
	if len(conv.Named) >= maxNamed && !replaces {
		return d.cannot("This conversation has as many named results as it can keep; %q does not fit.", name, `Remove one first, with "forget" and its name.`)
	}
	q, err := plan.Decode(prev.Plan)
	if err == nil {
		q = rules.Nameable(name, q)
		err = d.usable(name, q)
	}
	if err != nil {
		return d.cannot("The last answer cannot be used as a table called %q.", name, "Name the answer to a simpler question.")
	}
	body, err := q.Canonical()
	if err != nil || len(body) > maxNamedPlan {
		return d.cannot("The last answer's plan is too large to be kept as %q.", name, "Name the answer to a simpler question.")
	}
	says := "Saved as " + name + ": " + strings.TrimSuffix(sentence.Sentence(q, d.known.dataset, d.asOf), ".") +
		`. Use the name in questions, such as "how many ` + name + ` are there?".`
	if replaces {
		says = "Replaced: " + says
	}
	return d.changed(says, event.ThreadChange{Named: &event.NamedPlan{Name: name, RunID: prev.RunID, Sentence: prev.Sentence, Plan: body}})
}

// free says why a name cannot be given: it is a table's, it would be taken for one or
// for a word of the question, or "forget" and the name would forget something else.
func (d draft) free(name string) *fault.Fault {
	if slices.ContainsFunc(d.known.dataset.TableNames(), func(t string) bool { return strings.EqualFold(t, name) }) {
		return fault.New(fault.Validation, "%q is already the name of a table.", name).WithHint("Choose another name.")
	}
	if t := d.known.rules.TableCalled(name); t != "" {
		return fault.New(fault.Validation, "%q could not be told from the table %s in a question.", name, t).WithHint("Choose another name.")
	}
	if d.known.rules.Grammar(name) {
		return fault.New(fault.Validation, "%q is a word that questions are made of.", name).WithHint("Choose another name.")
	}
	if c, ok := rules.ReadCommand("forget "+name, []string{name}); !ok || c.Act != rules.Forget {
		return fault.New(fault.Validation, "%q cannot be a name: nobody could forget it by saying so.", name).WithHint("Choose another name.")
	}
	return nil
}

// usable compiles a count of the rows of a named result.
func (d draft) usable(name string, q *plan.Query) error {
	inner := q.Clone()
	with := append(inner.With, plan.Named{Name: name, Plan: inner})
	inner.With = nil
	_, _, err := d.compile(&plan.Query{With: with, Table: name, Select: []plan.Expr{{Agg: plan.Count, As: "rows"}}})
	return err
}

// changed confirms a change of the thread.
func (d draft) changed(says string, c event.ThreadChange) event.Body {
	return event.Answered{
		Text: says, Thread: &c,
		Trust: event.Trust{Sentence: says, Origin: event.OriginRules, DatasetVersion: d.asked.Dataset.Version, Complete: true},
	}
}

func (d draft) cannot(format, name, hint string) event.Body {
	return d.refused(fault.New(fault.Validation, format, name).WithHint("%s", hint))
}

func (d draft) refused(f *fault.Fault) event.Body {
	return event.Rejected{Stage: event.StagePlanning, Fault: f}
}
