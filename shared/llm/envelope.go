package llm

import (
	"encoding/json"
	"fmt"
	"strings"

	openai "github.com/sashabaranov/go-openai"
)

// answerTool is the name under which an enveloped answer is plain text.
const answerTool = "answer"

// envelope is the one object a model answers with where the server has no tools.
type envelope struct {
	Tool      string          `json:"tool"`
	Arguments json.RawMessage `json:"arguments"`
}

// enveloped writes a request for a server that does not know of tools: they are
// described in the prompt, and the answer is an object that names one.
func (d dialect) enveloped(body openai.ChatCompletionRequest, req Request) (openai.ChatCompletionRequest, error) {
	body.Messages = append(body.Messages, openai.ChatCompletionMessage{
		Role: string(System), Content: joinSystem(req.Messages) + "\n\n" + describe(req.Tools),
	})
	for _, m := range req.Messages {
		switch {
		case m.Role == System:
		case m.Role == Result:
			body.Messages = append(body.Messages, openai.ChatCompletionMessage{Role: string(User), Content: "Result of the tool:\n" + m.Text})
		case len(m.Calls) > 0:
			line, err := json.Marshal(envelope{m.Calls[0].Name, json.RawMessage(argumentsOf(m.Calls[0]))})
			if err != nil {
				return body, fmt.Errorf("encode a call: %w", err)
			}
			body.Messages = append(body.Messages, openai.ChatCompletionMessage{Role: string(Assistant), Content: string(line)})
		default:
			body.Messages = append(body.Messages, openai.ChatCompletionMessage{Role: string(m.Role), Content: m.Text})
		}
	}
	switch d.level {
	case schemaFormat:
		schema, err := envelopeSchema(req.Tools)
		if err != nil {
			return body, err
		}
		body.ResponseFormat = &openai.ChatCompletionResponseFormat{
			Type:       openai.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{Name: "step", Schema: schema, Strict: true},
		}
	case objectFormat:
		body.ResponseFormat = &openai.ChatCompletionResponseFormat{Type: openai.ChatCompletionResponseFormatTypeJSONObject}
	}
	return body, nil
}

func joinSystem(messages []Message) string {
	var parts []string
	for _, m := range messages {
		if m.Role == System {
			parts = append(parts, m.Text)
		}
	}
	return strings.Join(parts, "\n\n")
}

// describe tells a model of its tools in words.
func describe(tools []Tool) string {
	var b strings.Builder
	b.WriteString("Answer with exactly one JSON object and nothing else: {\"tool\": NAME, \"arguments\": {...}}. The tools:\n")
	for _, t := range tools {
		fmt.Fprintf(&b, "- %s: %s Arguments by JSON Schema: %s\n", t.Name, t.Description, t.Schema)
	}
	b.WriteString("- " + answerTool + ": the final answer, as text. Arguments: {\"text\": \"...\"}\n")
	return b.String()
}

// envelopeSchema is the closed schema of an envelope. Each tool's own definitions
// move to the root, where their references point.
func envelopeSchema(tools []Tool) (json.RawMessage, error) {
	defs := map[string]any{}
	one := func(name string, arguments any) map[string]any {
		return map[string]any{
			"type": "object", "additionalProperties": false, "required": []string{"tool", "arguments"},
			"properties": map[string]any{"tool": map[string]any{"type": "string", "enum": []string{name}}, "arguments": arguments},
		}
	}
	options := []any{one(answerTool, map[string]any{
		"type": "object", "additionalProperties": false, "required": []string{"text"},
		"properties": map[string]any{"text": map[string]any{"type": "string"}},
	})}
	for _, t := range tools {
		strict, err := strictSchema(t.Schema)
		if err != nil {
			return nil, err
		}
		var schema map[string]any
		if err := json.Unmarshal(strict, &schema); err != nil {
			return nil, fmt.Errorf("schema of %s: %w", t.Name, err)
		}
		if own, ok := schema["$defs"].(map[string]any); ok {
			for name, def := range own {
				defs[name] = def
			}
			delete(schema, "$defs")
		}
		options = append(options, one(t.Name, schema))
	}
	root := map[string]any{
		"type": "object", "additionalProperties": false, "required": []string{"step"},
		"properties": map[string]any{"step": map[string]any{"anyOf": options}},
	}
	if len(defs) > 0 {
		root["$defs"] = defs
	}
	return json.Marshal(root)
}

// open reads an envelope out of a text. It knows the forms that models are
// trained on besides Leo's own. ok is false for text that names none of the tools.
func open(text string, tools []Tool) (call Call, answer string, ok bool) {
	object, found := findObject(text)
	if !found {
		return Call{}, "", false
	}
	var e struct {
		Step *struct {
			Tool      string          `json:"tool"`
			Arguments json.RawMessage `json:"arguments"`
		} `json:"step"`
		Tool       string          `json:"tool"`
		Name       string          `json:"name"`
		Arguments  json.RawMessage `json:"arguments"`
		Parameters json.RawMessage `json:"parameters"`
	}
	if json.Unmarshal(object, &e) != nil {
		return Call{}, "", false
	}
	if e.Step != nil {
		e.Tool, e.Arguments = e.Step.Tool, e.Step.Arguments
	}
	name, arguments := e.Tool, e.Arguments
	if name == "" {
		name = e.Name
	}
	if len(arguments) == 0 {
		arguments = e.Parameters
	}
	if name == answerTool {
		var a struct {
			Text string `json:"text"`
		}
		if json.Unmarshal(arguments, &a) != nil {
			_ = json.Unmarshal(arguments, &a.Text)
		}
		return Call{}, a.Text, true
	}
	for _, t := range tools {
		if t.Name == name {
			var text string // arguments inside a string, as the native form has them
			if json.Unmarshal(arguments, &text) == nil {
				arguments = json.RawMessage(text)
			}
			return Call{Name: name, Arguments: string(arguments)}, "", true
		}
	}
	return Call{}, "", false
}
