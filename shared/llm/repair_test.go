package llm

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestSpellingIsRepaired(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":1}`:                              `{"a":1}`,
		"```json\n{\"a\": 1}\n```":             `{"a": 1}`,
		`Here you are: {"a": [1, 2,],} Enjoy!`: `{"a": [1, 2]}`,
		`{"a": None, "b": True, "c": False}`:   `{"a": null, "b": true, "c": false}`,
		"{\"a\": \"x\ny\tz\"}":                 `{"a": "x\ny\tz"}`,
		`{"a": "None, True, }"}`:               `{"a": "None, True, }"}`,
		`<think>maybe {"a":2}?</think>{"a":3}`: `{"a":3}`,
		`{not json} but {"a": 4}`:              `{"a": 4}`,
		`{"a": "\"}"}`:                         `{"a": "\"}"}`,
	} {
		got, ok := Repair(text)
		if !ok || string(got) != want || !json.Valid(got) {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

func TestWhatIsMissingIsNotMadeUp(t *testing.T) {
	for _, text := range []string{
		"", "no object", `{"a": 1`, `{"filters": [{"column": "x"`, `{"a": "unfinished`, `{"a" 1}`, "{", "}{", `[1]`,
		strings.Repeat("{", 100_000),
	} {
		if got, ok := Repair(text); ok {
			t.Errorf("%.40q became %s", text, got)
		}
	}
}

func FuzzRepair(f *testing.F) {
	f.Add("```{\"a\": None,}```")
	f.Fuzz(func(t *testing.T, text string) {
		if got, ok := Repair(text); ok && !json.Valid(got) {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func TestStrictSchemasRequireEveryField(t *testing.T) {
	got, err := strictSchema([]byte(`{"$id":"x","type":"object","required":["a"],"properties":{
		"a":{"type":"string","minLength":1},
		"b":{"type":["string","array"],"items":{"type":"number"},"maxItems":2},
		"c":{"$ref":"#/$defs/c","description":"d"}},
		"$defs":{"c":{"type":"object","properties":{"v":{"const":1,"type":"integer"}}}}}`))
	want := `{"$defs":{"c":{"additionalProperties":false,"properties":{"v":{"anyOf":[{"enum":[1],"type":"integer"},{"type":"null"}]}},"required":["v"],"type":"object"}},` +
		`"additionalProperties":false,"properties":{"a":{"type":"string"},` +
		`"b":{"anyOf":[{"type":"string"},{"items":{"type":"number"},"maxItems":2,"type":"array"},{"type":"null"}]},` +
		`"c":{"anyOf":[{"$ref":"#/$defs/c"},{"type":"null"}],"description":"d"}},"required":["a","b","c"],"type":"object"}`
	if err != nil || string(got) != want {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
}
