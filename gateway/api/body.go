package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"reflect"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// decode reads the JSON body of a request into v, strictly: one value, no
// unknown field, field names spelled exactly. Faults: VALIDATION_ERROR with the
// path, PAYLOAD_TOO_LARGE.
func (c *call) decode(v any) error {
	if err := c.wantType(fiber.MIMEApplicationJSON); err != nil {
		return err
	}
	data, err := c.readBody(c.s.cfg.MaxBodyBytes)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return fault.New(fault.Validation, "The request has no body.").WithHint("Send a JSON object; see /api/docs.")
	}
	return decodeStrict(data, v)
}

// decodeOptional is decode for a request that may have no body at all.
func (c *call) decodeOptional(v any) error {
	n := c.Request().Header.ContentLength()
	if c.Get(fiber.HeaderContentType) == "" && (n == 0 || n == -2) { // -2: neither a length nor chunks were announced
		return nil
	}
	return c.decode(v)
}

// wantType refuses a body of another media type, or an encoded one.
func (c *call) wantType(want string) error {
	got, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || got != want {
		return fault.New(fault.Validation, "The body has the type %q, not %s.", shorten(c.Get(fiber.HeaderContentType)), want).
			WithHint("Send the header Content-Type: %s.", want)
	}
	if e := c.Get(fiber.HeaderContentEncoding); e != "" && e != "identity" {
		return fault.New(fault.Validation, "The body is encoded as %q.", shorten(e)).
			WithHint("Send it without Content-Encoding.")
	}
	return nil
}

// readBody reads the whole body, at most most bytes of it.
func (c *call) readBody(most int) ([]byte, error) {
	tooLarge := fault.New(fault.PayloadTooLarge, "The request's body is larger than %d bytes.", most).
		WithHint("Send less, or upload data as a dataset.").With("max_bytes", most)
	if c.Request().Header.ContentLength() > most {
		return nil, tooLarge
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return nil, nil
	}
	data, err := io.ReadAll(io.LimitReader(stream, int64(most)+1))
	if err != nil {
		return nil, brokenBody(err)
	}
	if len(data) > most {
		return nil, tooLarge
	}
	c.consumed = true
	return data, nil
}

// brokenBody is the fault for a body that ended before it was whole.
func brokenBody(err error) error {
	return fault.Wrap(err, fault.Validation, "The request's body did not arrive whole.").
		WithHint("Send it again; check the connection, or the length the client announced.")
}

// decodeStrict is decode on bytes.
func decodeStrict(data []byte, v any) error {
	if !json.Valid(data) {
		var skipped json.RawMessage
		return syntax(data, json.Unmarshal(data, &skipped))
	}
	if err := checkFields(data, reflect.TypeOf(v), ""); err != nil {
		return err
	}
	err := json.Unmarshal(data, v)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		path := "/" + strings.ReplaceAll(wrong.Field, ".", "/")
		return fault.Wrap(err, fault.Validation, "The value at %q is %s where %s is expected.", path, indefinite(wrong.Value), article(wrong.Type)).
			WithHint("See /api/docs for the shape of this request.").With("path", path)
	}
	if err != nil {
		return fault.Wrap(err, fault.Validation, "The body cannot be read: %v.", err).
			WithHint("See /api/docs for the shape of this request.")
	}
	return nil
}

// syntax says where JSON stops being JSON.
func syntax(data []byte, err error) error {
	f := fault.Wrap(err, fault.Validation, "The body is not JSON: %v.", err).
		WithHint("Check it for a missing quote, comma or bracket.")
	var at *json.SyntaxError
	if !errors.As(err, &at) {
		return f
	}
	before := data[:max(0, min(int(at.Offset)-1, len(data)))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return f.With("line", line).With("column", column)
}

// checkFields compares the names in data, which is valid JSON, with the struct
// type t, down through nested structs, lists and maps of them.
func checkFields(data []byte, t reflect.Type, path string) error {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	data = bytes.TrimSpace(data)
	switch {
	case t == reflect.TypeFor[json.RawMessage]() || len(data) == 0:
		return nil
	case t.Kind() == reflect.Slice && data[0] == '[':
		var items []json.RawMessage
		if err := json.Unmarshal(data, &items); err != nil {
			return nil //nolint:nilerr // valid JSON: decoding it for real reports this
		}
		for i, item := range items {
			if err := checkFields(item, t.Elem(), fmt.Sprintf("%s/%d", path, i)); err != nil {
				return err
			}
		}
		return nil
	case t.Kind() != reflect.Struct && t.Kind() != reflect.Map || data[0] != '{':
		return nil
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(data, &given); err != nil {
		return nil //nolint:nilerr // valid JSON: decoding it for real reports this
	}
	known := fieldsOf(t)
	// The first unknown one in a fixed order.
	for _, name := range slices.Sorted(maps.Keys(given)) {
		field, ok := known[name]
		if t.Kind() == reflect.Map {
			field, ok = t.Elem(), true
		}
		if !ok {
			return unknownField(path, name, known)
		}
		if err := checkFields(given[name], field, path+"/"+name); err != nil {
			return err
		}
	}
	return nil
}

// fieldsOf maps a struct's JSON names to their types.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	if t.Kind() != reflect.Struct {
		return out
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Struct {
			maps.Copy(out, fieldsOf(f.Type))
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			out[name] = f.Type
		}
	}
	return out
}

func unknownField(path, name string, known map[string]reflect.Type) error {
	names := make([]string, 0, len(known))
	for n := range known {
		names = append(names, n)
	}
	slices.Sort(names)
	f := fault.New(fault.Validation, "There is no field %q here.", shorten(name)).With("path", path+"/"+shorten(name))
	if near := catalog.Nearest(name, names); near != "" {
		return f.WithHint("Did you mean %q?", near).With("did_you_mean", near)
	}
	return f.WithHint("The fields are: %s.", strings.Join(names, ", "))
}

// article names a Go type the way JSON does.
// indefinite puts "a" or "an" before a kind of JSON value.
func indefinite(kind string) string {
	if strings.HasPrefix(kind, "array") || strings.HasPrefix(kind, "object") {
		return "an " + kind
	}
	return "a " + kind
}

func article(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	}
	return "a whole number"
}

// shorten cuts foreign text for a message.
func shorten(s string) string {
	if len(s) <= 64 {
		return strings.ToValidUTF8(s, "�")
	}
	return strings.ToValidUTF8(s[:64], "") + "…"
}
