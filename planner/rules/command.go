package rules

import (
	"regexp"
	"slices"
	"strings"
)

// Act is what an utterance does to its conversation, where it asks nothing.
type Act string

// The acts.
const (
	// Reset forgets what was asked before.
	Reset Act = "reset"
	// Name keeps the last result under a name.
	Name Act = "name"
	// Forget removes a name.
	Forget Act = "forget"
)

// Command is an utterance that asks nothing. Name is set for Name and Forget: a
// letter or underscore, then letters, digits and underscores, at most 63.
type Command struct {
	Act  Act
	Name string
}

// maxName is how long a name may be, as in plan.Named.
const maxName = 63

// aResult is how a result is pointed at.
const aResult = `(this|that|it|these|those|them|the result|this result|that result|the results|these results|the last result|the last answer|this answer|this list|the list)`

var (
	polite    = regexp.MustCompile(`^(ok|okay|great|good|nice|thanks|now|and|please|let's|lets|can you|could you|,)[, ]+`)
	called    = regexp.MustCompile(`^(?:call|name|label) ` + aResult + ` (?:as )?(.+)$`)
	savedAs   = regexp.MustCompile(`^(?:save|store|keep|remember|bookmark) ` + aResult + ` (?:as|under|under the name|under the name of|with the name|by the name) (.+)$`)
	forgotten = regexp.MustCompile(`^(?:forget|remove|delete|drop|discard)(?: the name| the named result| the result)? (.+)$`)
)

// ReadCommand reads "start over", "call this big_orders" and "forget big_orders".
// named are the names there are; only those can be forgotten one by one. ok is
// false for everything else, which is a question.
func ReadCommand(text string, named []string) (c Command, ok bool) {
	text = strings.Trim(strings.Join(strings.Fields(strings.ToLower(text)), " "), ".!? ")
	for polite.MatchString(text) {
		text = polite.ReplaceAllString(text, "")
	}
	text = strings.TrimSuffix(text, " please")
	if slices.Contains(resets(), text) {
		return Command{Act: Reset}, true
	}
	for _, pattern := range []*regexp.Regexp{called, savedAs} {
		if m := pattern.FindStringSubmatch(text); m != nil {
			name, good := identifier(m[2])
			return Command{Act: Name, Name: name}, good
		}
	}
	if m := forgotten.FindStringSubmatch(text); m != nil {
		name, good := identifier(m[1])
		for _, n := range named {
			if good && strings.EqualFold(n, name) {
				return Command{Act: Forget, Name: n}, true
			}
		}
	}
	return Command{}, false
}

func resets() []string {
	return []string{
		"/reset", "reset", "reset session", "reset the session", "reset the conversation", "reset this conversation", "start over", "start again", "start afresh",
		"start fresh", "start from scratch", "start a new conversation", "new conversation", "new session", "forget that", "forget it", "forget this", "forget everything",
		"forget all that", "forget all of that", "forget about it", "forget about that", "never mind", "nevermind", "clear", "clear the context", "clear context",
		"clear the conversation", "clear everything", "begin again",
	}
}

// identifier makes a name of a few words; ok is false when they make none.
func identifier(text string) (name string, ok bool) {
	text = strings.Trim(text, "\"'“”‘’`., ")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '-' || r == '_' }), "_")
	if text == "" || len(text) > maxName || strings.Count(text, "_") > 5 {
		return text, false
	}
	for i, r := range text {
		letter := r >= 'a' && r <= 'z' || r == '_'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return text, false
		}
	}
	return text, true
}
