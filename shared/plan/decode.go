package plan

import (
	"encoding/json"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// Decode reads one plan from JSON, strictly: a field this version does not
// know, a value of the wrong type, a field given twice, text after the plan,
// more than [MaxBytes] or more than [MaxDepth] levels are a [fault.Validation]
// whose details hold the path and, where one is near, did_you_mean. Numbers in
// values keep their digits, as [json.Number].
//
// The spellings the package comment lists are accepted and replaced by the
// canonical ones. What the plan means is not checked: see [Query.Validate].
func Decode(data []byte) (*Query, error) {
	root, err := parse(data)
	if err != nil {
		return nil, err
	}
	if _, ok := root.value.([]field); !ok {
		return nil, invalid("", "A plan is a JSON object, not %s.", root.kind())
	}
	var q Query
	if err := fill(reflect.ValueOf(&q).Elem(), root, "", 1); err != nil {
		return nil, err
	}
	q.respell()
	return &q, nil
}

// invalid returns a fault about the value at path.
func invalid(path Path, format string, args ...any) *fault.Fault {
	return fault.New(fault.Validation, format, args...).With("path", string(path))
}

// tooDeep is the fault of a value below too many others.
func tooDeep(path Path) *fault.Fault {
	return invalid(path, "The plan is nested more than %d levels deep.", MaxDepth)
}

// fill stores n in dst. A null counts as an absent field. The depth is that of the
// canonical spelling, which has levels that a short one leaves out: a plan that was
// accepted can be read again however it is written.
func fill(dst reflect.Value, n node, path Path, depth int) error {
	if n.value == nil {
		return nil
	}
	switch dst.Kind() {
	case reflect.Pointer:
		dst.Set(reflect.New(dst.Type().Elem()))
		return fill(dst.Elem(), n, path, depth)
	case reflect.Struct:
		return fillStruct(dst, n, path, depth)
	case reflect.Slice:
		return fillSlice(dst, n, path, depth)
	case reflect.Interface:
		if _, list := n.value.([]node); list && depth > MaxDepth {
			return tooDeep(path)
		}
		v, err := literal(n, path, true)
		if err != nil {
			return err
		}
		dst.Set(reflect.ValueOf(v))
		return nil
	}
	return fillScalar(dst, n, path)
}

func fillStruct(dst reflect.Value, n node, path Path, depth int) error {
	if depth > MaxDepth {
		return tooDeep(path)
	}
	if s, ok := n.value.(string); ok {
		switch v := dst.Addr().Interface().(type) {
		case *Expr:
			v.Column = s
			return nil
		case *OrderBy:
			v.By = s
			return nil
		}
	}
	fields, ok := n.value.([]field)
	if !ok {
		return invalid(path, "%s must be an object, not %s.", path, n.kind())
	}
	for _, f := range fields {
		i := fieldIndex(dst.Type(), f.name)
		if i < 0 {
			return unknownField(dst.Type(), f.name, path)
		}
		if err := fill(dst.Field(i), f.node, path.Key(f.name), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func fillSlice(dst reflect.Value, n node, path Path, depth int) error {
	if depth > MaxDepth {
		return tooDeep(path)
	}
	items, ok := n.value.([]node)
	if !ok {
		// One condition may stand without the list around it.
		if _, object := n.value.([]field); !object || dst.Type() != reflect.TypeFor[[]Filter]() {
			return invalid(path, "%s must be a list, not %s.", path, n.kind())
		}
		dst.Set(reflect.MakeSlice(dst.Type(), 1, 1))
		return fill(dst.Index(0), n, path, depth+1)
	}
	dst.Set(reflect.MakeSlice(dst.Type(), len(items), len(items)))
	for i, item := range items {
		if item.value == nil {
			return invalid(path.Index(i), "%s must not be null.", path.Index(i))
		}
		if err := fill(dst.Index(i), item, path.Index(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func fillScalar(dst reflect.Value, n node, path Path) error {
	switch dst.Kind() {
	case reflect.String:
		if s, ok := n.value.(string); ok {
			dst.SetString(s)
			return nil
		}
		return invalid(path, "%s must be text, not %s.", path, n.kind())
	case reflect.Bool:
		if b, ok := n.value.(bool); ok {
			dst.SetBool(b)
			return nil
		}
		return invalid(path, "%s must be true or false, not %s.", path, n.kind())
	case reflect.Int:
		if num, ok := n.value.(json.Number); ok {
			if i, err := strconv.Atoi(num.String()); err == nil {
				dst.SetInt(int64(i))
				return nil
			}
			return invalid(path, "%s must be a whole number, not %s.", path, clip(num.String()))
		}
		return invalid(path, "%s must be a whole number, not %s.", path, n.kind())
	}
	if num, ok := n.value.(json.Number); ok {
		if f, err := num.Float64(); err == nil && !math.IsInf(f, 0) {
			dst.SetFloat(f)
			return nil
		}
		return invalid(path, "%s is out of range.", path)
	}
	return invalid(path, "%s must be a number, not %s.", path, n.kind())
}

// literal returns the Go value of a scalar, or of a list of scalars.
func literal(n node, path Path, lists bool) (any, error) {
	switch v := n.value.(type) {
	case string, bool, json.Number:
		return v, nil
	case []node:
		if !lists {
			break
		}
		out := make([]any, len(v))
		for i, item := range v {
			l, err := literal(item, path.Index(i), false)
			if err != nil {
				return nil, err
			}
			out[i] = l
		}
		return out, nil
	}
	return nil, invalid(path, "%s must be text, a number, or true or false, not %s.", path, n.kind())
}

// fieldIndex finds the struct field of a JSON name.
func fieldIndex(t reflect.Type, name string) int {
	for i := range t.NumField() {
		if jsonName(t.Field(i)) == name {
			return i
		}
	}
	return -1
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// unknownField explains a field this version does not have.
func unknownField(t reflect.Type, name string, path Path) error {
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = jsonName(t.Field(i))
	}
	at := path.Key(name)
	f := invalid(at, "There is no field %q at %s.", clip(name), path)
	if near := nearestField(name, names); near != "" {
		return f.With("did_you_mean", near).WithHint("Did you mean %q?", near)
	}
	return f.WithHint("The fields here are %s.", strings.Join(names, ", "))
}

// clip shortens text from outside that is repeated in a message.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
