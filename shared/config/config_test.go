package config_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
)

func update() bool { f := flag.Lookup("update"); return f != nil && f.Value.String() == "true" }

var _ = flag.Bool("update", false, "rewrite docs/configuration.md")

func env(values map[string]string) func(string) (string, bool) {
	return func(k string) (string, bool) { v, ok := values[k]; return v, ok }
}

func file(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "leo.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDefaultsAreValid(t *testing.T) {
	c, settings, err := config.Load(config.Sources{Lookup: env(nil)})
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:8080" || c.Timeout != 10*time.Second || !c.Demo || !c.Loopback() {
		t.Errorf("got %+v", c)
	}
	for _, s := range settings {
		if s.Source != "default" || s.Doc == "" || s.Env == "" || s.Key == "" {
			t.Errorf("setting %+v is not complete", s)
		}
	}
}

func TestTheLastSourceWins(t *testing.T) {
	path := file(t, "max_rows: 50\ntimeout: 3s\nlisten: 127.0.0.1:1\n")
	c, settings, err := config.Load(config.Sources{
		File: path, Lookup: env(map[string]string{"LEO_TIMEOUT": "4s", "LEO_LISTEN": "127.0.0.1:2"}),
		Flags: map[string]string{"listen": "127.0.0.1:3"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.MaxRows != 50 || c.Timeout != 4*time.Second || c.Listen != "127.0.0.1:3" {
		t.Errorf("got %+v", c)
	}
	from := map[string]string{}
	for _, s := range settings {
		from[s.Key] = s.Source
	}
	if from["max_rows"] != "file" || from["timeout"] != "environment" || from["listen"] != "flag" || from["executor"] != "default" {
		t.Errorf("sources %v", from)
	}
}

func TestBadConfigurationIsSaidExactly(t *testing.T) {
	for name, c := range map[string]struct {
		src  config.Sources
		says string
	}{
		"unknown key":       {config.Sources{File: file(t, "max_row: 5\n")}, `Did you mean "max_rows"`},
		"a list":            {config.Sources{File: file(t, "listen: [a, b]\n")}, "not a single value"},
		"not yaml":          {config.Sources{File: file(t, "a: b: c\n\t-")}, "not a list of settings"},
		"not a number":      {config.Sources{Flags: map[string]string{"max_rows": "many"}}, "not a whole number"},
		"not a duration":    {config.Sources{Flags: map[string]string{"timeout": "10"}}, "not a duration"},
		"not a bool":        {config.Sources{Flags: map[string]string{"demo": "perhaps"}}, "not on or off"},
		"not a price":       {config.Sources{Flags: map[string]string{"model_price_in": "NaN"}}, "not a number"},
		"no such planner":   {config.Sources{Flags: map[string]string{"planner": "magic"}}, "no planner"},
		"no model":          {config.Sources{Flags: map[string]string{"planner": "model"}}, "no model is named"},
		"few tokens":        {config.Sources{Flags: map[string]string{"model_tokens": "10"}}, "at least 1000"},
		"no port":           {config.Sources{Flags: map[string]string{"listen": "localhost"}}, "not HOST:PORT"},
		"no admin port":     {config.Sources{Flags: map[string]string{"admin_listen": "8081"}}, "not HOST:PORT"},
		"no such executor":  {config.Sources{Flags: map[string]string{"executor": "vm"}}, "no executor"},
		"missing file":      {config.Sources{File: "/does/not/exist.yaml", Required: true}, "cannot be read"},
		"negative deadline": {config.Sources{Flags: map[string]string{"run_deadline": "-1s"}}, "not positive"},
	} {
		t.Run(name, func(t *testing.T) {
			c.src.Lookup = env(nil)
			_, _, err := config.Load(c.src)
			f := fault.From(err)
			if f == nil || f.Code != fault.Validation || !strings.Contains(f.Message+" "+f.Hint, c.says) || f.Hint == "" {
				t.Errorf("got %v (%v), want %q and a hint", err, f, c.says)
			}
		})
	}
}

func TestAMissingDefaultFileIsNoError(t *testing.T) {
	if _, _, err := config.Load(config.Sources{File: filepath.Join(t.TempDir(), "leo.yaml"), Lookup: env(nil)}); err != nil {
		t.Error(err)
	}
}

func TestSecretsAreMasked(t *testing.T) {
	_, settings, err := config.Load(config.Sources{Lookup: env(map[string]string{"LEO_TOKEN": "leo_abc", "LEO_NATS_PASSWORD": "hunter2", "LEO_NATS_URL": "nats://leo:hunter2@a:4222,tls://hunter2@b:4222", "OPENAI_API_KEY": "sk-hunter2"})})
	if err != nil {
		t.Fatal(err)
	}
	masked := 0
	for _, s := range settings {
		if m := s.Masked(); strings.Contains(m, "hunter2") || strings.Contains(m, "leo_abc") {
			t.Errorf("%s shows %q", s.Key, m)
		} else if s.Key == "nats_url" && m != "nats://***@a:4222,tls://***@b:4222" {
			t.Errorf("%s shows %q", s.Key, m)
		} else if m == "***" {
			masked++
		}
	}
	if masked != 3 {
		t.Errorf("%d secrets masked, want 3", masked)
	}
}

func TestLoopback(t *testing.T) {
	for listen, want := range map[string]bool{
		"127.0.0.1:8080": true, "localhost:80": true, "[::1]:80": true, "0.0.0.0:80": false, ":80": false, "10.0.0.1:80": false, "example.com:80": false,
	} {
		if got := (config.Config{Listen: listen}).Loopback(); got != want {
			t.Errorf("%s: %v", listen, got)
		}
	}
}

func TestTheReferenceIsUpToDate(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Configuration\n\nA value comes from the last of these that sets it: default, `leo.yaml`, environment, flag.\n" +
		"`leo config print` shows the values in force and where they come from; `leo config check` also tries the sandbox.\n\n" +
		"| key | environment | default | meaning |\n|---|---|---|---|\n")
	for _, s := range config.All() {
		doc := s.Doc
		if s.Secret {
			doc += " Secret."
		}
		fmt.Fprintf(&b, "| `%s` | `%s` | %s | %s |\n", s.Key, s.Env, code(s.Default), doc)
	}
	path := "../../docs/configuration.md"
	if update() {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Error("docs/configuration.md differs from the settings: go test ./shared/config -update")
	}
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}
