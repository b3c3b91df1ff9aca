package plan_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/plan"
)

type object = map[string]any

func schema(t *testing.T) object {
	t.Helper()
	var s object
	if err := json.Unmarshal(plan.Schema(), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// definitions pairs each type with its place in the schema.
func definitions() map[string]reflect.Type {
	return map[string]reflect.Type{
		"query": reflect.TypeFor[plan.Query](), "named": reflect.TypeFor[plan.Named](), "join": reflect.TypeFor[plan.Join](),
		"on_pair": reflect.TypeFor[plan.OnPair](), "expr": reflect.TypeFor[plan.Expr](), "window": reflect.TypeFor[plan.Window](),
		"filter": reflect.TypeFor[plan.Filter](), "exists": reflect.TypeFor[plan.Exists](), "period": reflect.TypeFor[plan.Period](),
		"top": reflect.TypeFor[plan.Top](), "order_by": reflect.TypeFor[plan.OrderBy](),
	}
}

func TestSchemaHasTheFieldsOfTheTypes(t *testing.T) {
	defs := schema(t)["$defs"].(object)
	types := definitions()
	if len(defs) != len(types) {
		t.Errorf("the schema defines %d objects, the package %d", len(defs), len(types))
	}
	for name, typ := range types {
		def, ok := defs[name].(object)
		if !ok {
			t.Errorf("the schema has no %s", name)
			continue
		}
		if def["additionalProperties"] != false {
			t.Errorf("%s is not closed", name)
		}
		props := def["properties"].(object)
		for i := range typ.NumField() {
			field := typ.Field(i)
			key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			prop, ok := props[key].(object)
			if !ok {
				t.Errorf("%s has no %s", name, key)
				continue
			}
			delete(props, key)
			expectShape(t, name+"."+key, prop, field.Type)
			required, _ := def["required"].([]any)
			if slices.Contains(required, any(key)) == strings.Contains(options, "omitempty") && !(name == "period" && key == "unit") {
				t.Errorf("%s.%s: required in the one, optional in the other", name, key)
			}
		}
		for key := range props {
			t.Errorf("%s.%s is in the schema only", name, key)
		}
	}
}

// expectShape compares one property with the Go type of its field.
func expectShape(t *testing.T, at string, prop object, typ reflect.Type) {
	t.Helper()
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	if enum := enumOf(typ); enum != nil {
		expectEnum(t, at, prop, enum)
	}
	want := object{}
	switch typ.Kind() {
	case reflect.Struct:
		for name, def := range definitions() {
			if def == typ {
				want["$ref"] = "#/$defs/" + name
			}
		}
	case reflect.Slice:
		want["type"] = "array"
		expectShape(t, at+"[]", prop["items"].(object), typ.Elem())
	case reflect.String:
		want["type"] = "string"
	case reflect.Bool:
		want["type"] = "boolean"
	case reflect.Int:
		want["type"] = "integer"
	case reflect.Float64:
		want["type"] = "number"
	}
	for k, v := range want {
		if !reflect.DeepEqual(prop[k], v) {
			t.Errorf("%s: %s is %v, the type says %v", at, k, prop[k], v)
		}
	}
}

func enumOf(typ reflect.Type) []string {
	switch typ {
	case reflect.TypeFor[plan.Agg]():
		return texts(plan.Aggs())
	case reflect.TypeFor[plan.Bucket]():
		return texts(plan.Buckets())
	case reflect.TypeFor[plan.Part]():
		return texts(plan.Parts())
	case reflect.TypeFor[plan.Op]():
		return texts(plan.Ops())
	case reflect.TypeFor[plan.FilterOp]():
		return texts(plan.FilterOps())
	case reflect.TypeFor[plan.WindowKind]():
		return texts(plan.WindowKinds())
	}
	return nil
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func expectEnum(t *testing.T, at string, prop object, want []string) {
	t.Helper()
	var got []string
	for _, v := range prop["enum"].([]any) {
		got = append(got, v.(string))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: enum is %v, the package has %v", at, got, want)
	}
}

func TestSchemaBoundsAreThePackages(t *testing.T) {
	defs := schema(t)["$defs"].(object)
	prop := func(def, key string) object { return defs[def].(object)["properties"].(object)[key].(object) }
	expectEnum(t, "expr.unit", prop("expr", "unit"), plan.DiffUnits())
	expectEnum(t, "join.type", prop("join", "type"), []string{plan.InnerJoin, plan.LeftJoin})
	expectEnum(t, "order_by.direction", prop("order_by", "direction"), []string{plan.Asc, plan.Desc})
	for at, pair := range map[string][2]any{
		"limit":  {prop("query", "limit")["maximum"], plan.MaxLimit},
		"top":    {prop("top", "n")["maximum"], plan.MaxLimit},
		"value":  {prop("filter", "value")["maxItems"], plan.MaxListed},
		"select": {prop("query", "select")["maxItems"], plan.MaxItems},
	} {
		if fmt.Sprint(pair[0]) != fmt.Sprint(pair[1]) {
			t.Errorf("%s: the schema says %v, the package %v", at, pair[0], pair[1])
		}
	}
}

// A plan the schema accepts decodes, and one it refuses does not: Decode checks
// shape, Validate the words and bounds the schema states as well.
func TestSchemaAgreesWithDecodeAndValidate(t *testing.T) {
	s := schema(t)
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no samples")
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		expectVerdict(t, s, filepath.Base(f), data, true)
	}
	for name, in := range map[string]string{
		"unknown field":   `{"table":"t","select":[{"column":"a"}],"x":1}`,
		"unknown nested":  `{"table":"t","select":[{"column":"a","x":1}]}`,
		"no table":        `{"select":[{"column":"a"}]}`,
		"empty table":     `{"table":"","select":[{"column":"a"}]}`,
		"limit 0.5":       `{"table":"t","select":[{"column":"a"}],"limit":0.5}`,
		"limit 10001":     `{"table":"t","select":[{"column":"a"}],"limit":10001}`,
		"version 2":       `{"version":2,"table":"t","select":[{"column":"a"}]}`,
		"agg":             `{"table":"t","select":[{"column":"a","agg":"total"}]}`,
		"bin":             `{"table":"t","select":[{"column":"a","bin":-2}]}`,
		"percentile":      `{"table":"t","select":[{"column":"a","agg":"percentile","percentile":2}]}`,
		"filter op":       `{"table":"t","select":[{"column":"a"}],"filters":[{"column":"a","op":"like","value":"x"}]}`,
		"filter value":    `{"table":"t","select":[{"column":"a"}],"filters":[{"column":"a","op":"=","value":{}}]}`,
		"nested value":    `{"table":"t","select":[{"column":"a"}],"filters":[{"column":"a","op":"in","value":[[1]]}]}`,
		"empty or":        `{"table":"t","select":[{"column":"a"}],"filters":[{"or":[]}]}`,
		"period unit":     `{"table":"t","select":[{"column":"a"}],"filters":[{"column":"a","op":"=","period":{"unit":"age","this":true}}]}`,
		"window kind":     `{"table":"t","select":[{"column":"a","window":{"kind":"x"}}]}`,
		"join type":       `{"table":"t","joins":[{"table":"u","type":"full"}],"select":[{"column":"a"}]}`,
		"top per nothing": `{"table":"t","select":[{"column":"a"}],"top":{"n":1,"per":[],"by":"a"}}`,
		"sub-plan name":   `{"with":[{"name":"1","plan":{"table":"t","select":[{"column":"a"}]}}],"table":"t","select":[{"column":"a"}]}`,
		"a list":          `[1]`,
	} {
		expectVerdict(t, s, name, []byte(in), false)
	}
}

func expectVerdict(t *testing.T, s object, name string, data []byte, want bool) {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	problem := conforms(s, s, v)
	if (problem == "") != want {
		t.Errorf("%s: the schema says %q", name, problem)
	}
	q, err := plan.Decode(data)
	if err == nil {
		err = q.Validate()
	}
	if (err == nil) != want {
		t.Errorf("%s: the package says %v", name, err)
	}
}

// conforms checks v against the part of JSON Schema that plan's schema uses, and
// fails on any keyword it does not know.
func conforms(root, s object, v any) string {
	for key, arg := range s {
		var problem string
		switch key {
		case "$schema", "$id", "$defs", "title", "description":
		case "$ref":
			name := strings.TrimPrefix(arg.(string), "#/$defs/")
			problem = conforms(root, root["$defs"].(object)[name].(object), v)
		case "properties", "required", "additionalProperties":
			problem = conformsObject(root, s, v)
		case "items":
			list, _ := v.([]any)
			for _, item := range list {
				if problem = conforms(root, arg.(object), item); problem != "" {
					break
				}
			}
		default:
			problem = conformsKeyword(key, arg, v)
		}
		if problem != "" {
			return problem
		}
	}
	return ""
}

func conformsObject(root, s object, v any) string {
	m, ok := v.(object)
	if !ok {
		return ""
	}
	props := s["properties"].(object)
	for k, x := range m {
		p, ok := props[k].(object)
		if !ok {
			return "unknown " + k
		}
		if problem := conforms(root, p, x); problem != "" {
			return k + ": " + problem
		}
	}
	required, _ := s["required"].([]any)
	for _, k := range required {
		if _, ok := m[k.(string)]; !ok {
			return "missing " + k.(string)
		}
	}
	return ""
}

func conformsKeyword(key string, arg, v any) string {
	number, isNumber := v.(float64)
	text, isText := v.(string)
	list, isList := v.([]any)
	var bad bool
	switch key {
	case "type":
		bad = !hasType(arg, v)
	case "const":
		bad = !reflect.DeepEqual(arg, v)
	case "enum":
		bad = !slices.Contains(arg.([]any), v)
	case "minimum":
		bad = isNumber && number < arg.(float64)
	case "exclusiveMinimum":
		bad = isNumber && number <= arg.(float64)
	case "maximum":
		bad = isNumber && number > arg.(float64)
	case "minLength":
		bad = isText && len(text) < int(arg.(float64))
	case "minItems":
		bad = isList && len(list) < int(arg.(float64))
	case "maxItems":
		bad = isList && len(list) > int(arg.(float64))
	case "pattern": // the only one is that of names
		bad = isText && (text == "" || text[0] >= '0' && text[0] <= '9')
	default:
		return "unknown keyword " + key
	}
	if bad {
		return fmt.Sprintf("%v breaks %s %v", v, key, arg)
	}
	return ""
}

func hasType(arg, v any) bool {
	names, ok := arg.([]any)
	if !ok {
		names = []any{arg}
	}
	for _, n := range names {
		var is bool
		switch n {
		case "object":
			_, is = v.(object)
		case "array":
			_, is = v.([]any)
		case "string":
			_, is = v.(string)
		case "boolean":
			_, is = v.(bool)
		case "number":
			_, is = v.(float64)
		case "integer":
			f, number := v.(float64)
			is = number && f == float64(int64(f))
		}
		if is {
			return true
		}
	}
	return false
}
