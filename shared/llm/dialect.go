package llm

import (
	"encoding/json"
	"strings"

	openai "github.com/sashabaranov/go-openai"
)

// level is how a tool call is asked for.
type level int

// The levels, from the most exact to the one every server has.
const (
	strictTools level = iota
	looseTools
	schemaFormat
	objectFormat
	plainText
)

// String names the level as the documentation does.
func (l level) String() string {
	return [...]string{"tools, strict", "tools", "json_schema", "json_object", "text"}[l]
}

// native reports whether the server itself knows of tools.
func (l level) native() bool { return l <= looseTools }

// dialect is what an endpoint was found to offer. The zero value is all of it.
type dialect struct {
	level level
	// completionTokens: the answer's bound is called max_completion_tokens.
	completionTokens bool
	// noTemperature, noStream and noStreamUsage: these are refused.
	noTemperature bool
	noStream      bool
	noStreamUsage bool
}

// without returns the dialect to try after a server refused a request with these
// words, or ok false if they do not point at anything that can be left out.
func (d dialect) without(said string, req Request) (next dialect, ok bool) {
	said = strings.ToLower(said)
	mentions := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(said, w) {
				return true
			}
		}
		return false
	}
	switch {
	case !d.completionTokens && mentions("max_completion_tokens", "maxcompletiontokens"):
		d.completionTokens = true
	case d.completionTokens && mentions("max_completion_tokens"):
		return d, false
	case !d.noTemperature && mentions("temperature"):
		d.noTemperature = true
	case !d.noStreamUsage && mentions("stream_options", "include_usage"):
		d.noStreamUsage = true
	case !d.noStream && req.OnText != nil && mentions("stream"):
		d.noStream = true
	case len(req.Tools) > 0 && d.level < plainText && mentions(
		"tool", "function", "strict", "schema", "response_format", "json", "grammar", "jinja", "not support", "unsupported",
		"unknown field", "unrecognized", "extra fields", "not permitted", "extra inputs",
	):
		d.level++
		if d.level == looseTools && mentions("tool") && !mentions("strict", "schema", "additionalproperties", "grammar") {
			d.level = schemaFormat // it is not strictness that is refused
		}
	default:
		return d, false
	}
	return d, true
}

// defaultMaxTokens bounds an answer that asks for no bound of its own.
const defaultMaxTokens = 2048

// coolest is the smallest temperature that is sent: the client library leaves a
// zero out, and a server's default is not zero.
const coolest = 1e-6

// encode writes a request as this dialect has it.
func (d dialect) encode(model string, req Request) (openai.ChatCompletionRequest, error) {
	body := openai.ChatCompletionRequest{Model: model, Stream: req.OnText != nil && !d.noStream && (d.level.native() || len(req.Tools) == 0)}
	if body.Stream && !d.noStreamUsage {
		body.StreamOptions = &openai.StreamOptions{IncludeUsage: true}
	}
	tokens := req.MaxTokens
	if tokens == 0 {
		tokens = defaultMaxTokens
	}
	if d.completionTokens {
		body.MaxCompletionTokens = tokens
	} else {
		body.MaxTokens = tokens
	}
	if !d.noTemperature {
		body.Temperature = coolest
	}
	if len(req.Tools) == 0 {
		body.Messages = nativeMessages(req.Messages)
		return body, nil
	}
	if !d.level.native() {
		return d.enveloped(body, req)
	}
	body.Messages = nativeMessages(req.Messages)
	for _, t := range req.Tools {
		f := &openai.FunctionDefinition{Name: t.Name, Description: t.Description, Parameters: t.Schema}
		if d.level == strictTools {
			schema, err := strictSchema(t.Schema)
			if err != nil {
				return body, err
			}
			f.Strict, f.Parameters = true, schema
		}
		body.Tools = append(body.Tools, openai.Tool{Type: openai.ToolTypeFunction, Function: f})
	}
	return body, nil
}

// nativeMessages writes a conversation for a server that knows of tools.
func nativeMessages(messages []Message) []openai.ChatCompletionMessage {
	out := make([]openai.ChatCompletionMessage, len(messages))
	for i, m := range messages {
		out[i] = openai.ChatCompletionMessage{Role: string(m.Role), Content: m.Text, ToolCallID: m.CallID}
		for _, k := range m.Calls {
			out[i].ToolCalls = append(out[i].ToolCalls, openai.ToolCall{
				ID: k.ID, Type: openai.ToolTypeFunction,
				Function: openai.FunctionCall{Name: k.Name, Arguments: argumentsOf(k)},
			})
		}
	}
	return out
}

// argumentsOf returns arguments that a server accepts back: some parse them.
func argumentsOf(k Call) string {
	if json.Valid([]byte(k.Arguments)) {
		return k.Arguments
	}
	return "{}"
}
