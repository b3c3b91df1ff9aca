package config

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// Setting is one field of [Config] with its tags.
type Setting struct {
	Key, Env, Default, Doc string
	Secret                 bool
	// Value and Source are filled by [Settings]: the value as text, and default,
	// file, environment or flag.
	Value, Source string
}

// Sources are where values come from. Zero fields are left out.
type Sources struct {
	// File is read if it exists; a file named by a person must exist.
	File     string
	Required bool
	// Lookup reads the environment; nil means the process's.
	Lookup func(string) (string, bool)
	// Flags are the flags a person set, by key.
	Flags map[string]string
}

// Load returns the configuration and where each value came from, in the order
// of the fields.
func Load(src Sources) (Config, []Setting, error) {
	if src.Lookup == nil {
		src.Lookup = os.LookupEnv //nolint:forbidigo // the one place that reads the environment
	}
	file, err := readFile(src)
	if err != nil {
		return Config{}, nil, err
	}
	var c Config
	settings := All()
	v := reflect.ValueOf(&c).Elem()
	for i := range settings {
		s := &settings[i]
		s.Value, s.Source = s.Default, "default"
		if text, ok := file[s.Key]; ok {
			s.Value, s.Source = text, "file"
		}
		if text, ok := src.Lookup(s.Env); ok {
			s.Value, s.Source = text, "environment"
		}
		if text, ok := src.Flags[s.Key]; ok {
			s.Value, s.Source = text, "flag"
		}
		if err := set(v.Field(i), s.Value); err != nil {
			return Config{}, nil, fault.Wrap(err, fault.Validation, "The setting %s is %q, which is not %s.", s.Key, s.Value, kind(v.Field(i))).
				WithHint("It comes from the %s.", s.Source)
		}
	}
	return c, settings, c.Validate()
}

// All returns every setting, in the order of the fields, without values.
func All() []Setting {
	t := reflect.TypeOf(Config{})
	out := make([]Setting, t.NumField())
	for i := range out {
		tag := t.Field(i).Tag
		out[i] = Setting{
			Key: tag.Get("key"), Env: tag.Get("env"), Default: tag.Get("default"),
			Doc: tag.Get("doc"), Secret: tag.Get("secret") == "true",
		}
	}
	return out
}

// Masked returns the value as it may be shown: without secrets, and without the
// user and password a URL may hold.
func (s Setting) Masked() string {
	if s.Secret && s.Value != "" {
		return "***"
	}
	return regexp.MustCompile(`://[^/,\s]*@`).ReplaceAllString(s.Value, "://***@")
}

// readFile returns the file's values as text, by key.
func readFile(src Sources) (map[string]string, error) {
	if src.File == "" {
		return nil, nil
	}
	data, err := os.ReadFile(src.File)
	if errors.Is(err, fs.ErrNotExist) && !src.Required {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Validation, "The configuration file %s cannot be read.", src.File).
			WithHint("Check the path and its permissions.")
	}
	var nodes map[string]yaml.Node
	if err := yaml.Unmarshal(data, &nodes); err != nil {
		return nil, fault.Wrap(err, fault.Validation, "The configuration file %s is not a list of settings: %v.", src.File, err).
			WithHint("Write one `key: value` a line; `leo config print` shows the keys.")
	}
	known := []string{}
	for _, s := range All() {
		known = append(known, s.Key)
	}
	out := map[string]string{}
	for key, node := range nodes {
		if !slices.Contains(known, key) {
			f := fault.New(fault.Validation, "The configuration file %s has an unknown setting %q.", src.File, key)
			if near := catalog.Nearest(key, known); near != "" {
				return nil, f.WithHint("Did you mean %q?", near)
			}
			return nil, f.WithHint("`leo config print` shows the settings there are.")
		}
		if node.Kind != yaml.ScalarNode {
			return nil, fault.New(fault.Validation, "The setting %q in %s is not a single value.", key, src.File).
				WithHint("Write `%s: value`.", key)
		}
		out[key] = node.Value
	}
	return out, nil
}

var errNumber = errors.New("not a finite number")

// set parses text into a field.
func set(v reflect.Value, text string) error {
	text = strings.TrimSpace(text)
	switch v.Interface().(type) {
	case string:
		v.SetString(text)
	case bool:
		switch strings.ToLower(text) {
		case "on", "yes":
			text = "true"
		case "off", "no":
			text = "false"
		}
		b, err := strconv.ParseBool(text)
		if err != nil {
			return err
		}
		v.SetBool(b)
	case time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return err
		}
		v.SetInt(int64(d))
	case float64:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
			return errors.Join(errNumber, err)
		}
		v.SetFloat(f)
	default:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return err
		}
		v.SetInt(n)
	}
	return nil
}

// kind says what a field wants.
func kind(v reflect.Value) string {
	switch v.Interface().(type) {
	case bool:
		return "on or off (or true or false)"
	case time.Duration:
		return `a duration such as "90s"`
	case float64:
		return "a number"
	}
	return "a whole number"
}
