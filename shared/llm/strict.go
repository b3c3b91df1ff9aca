package llm

import (
	"encoding/json"
	"fmt"
	"slices"
)

// strictSchema rewrites a schema into the form that strict servers ask for: every
// object is closed and requires all its fields, those that were optional may be
// null, and words that such servers refuse are left out.
func strictSchema(schema json.RawMessage) (json.RawMessage, error) {
	var root map[string]any
	if err := json.Unmarshal(schema, &root); err != nil {
		return nil, fmt.Errorf("schema of a tool: %w", err)
	}
	tighten(root)
	return json.Marshal(root)
}

func tighten(node map[string]any) {
	for _, word := range []string{"$schema", "$id", "title", "default", "examples", "minLength", "maxLength"} {
		delete(node, word)
	}
	if c, ok := node["const"]; ok {
		delete(node, "const")
		node["enum"] = []any{c}
	}
	alternatives(node)
	for _, key := range []string{"$defs", "properties"} {
		if m, ok := node[key].(map[string]any); ok {
			for _, v := range m {
				if sub, ok := v.(map[string]any); ok {
					tighten(sub)
				}
			}
		}
	}
	if sub, ok := node["items"].(map[string]any); ok {
		tighten(sub)
	}
	if list, ok := node["anyOf"].([]any); ok {
		for _, v := range list {
			if sub, ok := v.(map[string]any); ok {
				tighten(sub)
			}
		}
	}
	if properties, ok := node["properties"].(map[string]any); ok {
		demandAll(node, properties)
	}
}

// alternatives splits a list of types, so that words for lists stand only where a
// list is meant.
func alternatives(node map[string]any) {
	types, ok := node["type"].([]any)
	if !ok {
		return
	}
	var options []any
	for _, t := range types {
		option := map[string]any{"type": t}
		if t == "array" {
			for _, word := range []string{"items", "maxItems", "minItems"} {
				if v, ok := node[word]; ok {
					option[word] = v
				}
			}
		}
		options = append(options, option)
	}
	for _, word := range []string{"type", "items", "maxItems", "minItems"} {
		delete(node, word)
	}
	node["anyOf"] = options
}

// demandAll requires every field; optional ones may be null instead.
func demandAll(node, properties map[string]any) {
	required, _ := node["required"].([]any)
	var all []string
	for name, v := range properties {
		all = append(all, name)
		if sub, ok := v.(map[string]any); ok && !slices.Contains(required, any(name)) {
			properties[name] = nullable(sub)
		}
	}
	slices.Sort(all)
	node["required"], node["additionalProperties"] = all, false
}

func nullable(node map[string]any) map[string]any {
	null := map[string]any{"type": "null"}
	if list, ok := node["anyOf"].([]any); ok {
		node["anyOf"] = append(list, null)
		return node
	}
	out := map[string]any{"anyOf": []any{node, null}}
	if d, ok := node["description"]; ok {
		out["description"] = d
		delete(node, "description")
	}
	return out
}
