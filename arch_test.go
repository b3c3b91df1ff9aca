package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/leo-analytics/leo/"

// pkg is what go list says about a package.
type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
	Standard   bool
}

// services never reach each other; main alone puts them together.
func services() []string { return []string{"gateway", "planner", "sandboxd", "syncer"} }

// owners lists, for each third-party client, the only packages that may import
// it: everything else talks to them.
func owners() map[string][]string {
	return map[string][]string{
		"github.com/duckdb/duckdb-go":            {"sandboxd/runner"},
		"github.com/gofiber/fiber":               {"gateway"},
		"github.com/docker/docker":               {"sandboxd/executor/docker"},
		"github.com/nats-io/nats.go":             {"shared/bus"},
		"github.com/nats-io/nats-server":         {"shared/bus/embedded", "shared/bus/bustest"},
		"modernc.org/sqlite":                     {"gateway/history"},
		"github.com/klauspost/compress":          {"sandboxd/runner/ingest"},
		"github.com/parquet-go":                  {"gateway/results"},
		"github.com/spf13/cobra":                 {""},
		"github.com/sashabaranov":                {"shared/llm"},
		"github.com/redis":                       {"shared/cache"},
		"github.com/qdrant":                      {"shared/vector"},
		"google.golang.org/grpc":                 {"shared/vector"},
		"k8s.io/client-go":                       {"sandboxd/executor/kubernetes"},
		"github.com/google/go-containerregistry": {"deploy/images"},
	}
}

// pure are the domain packages and what they may import besides the standard
// library.
func pure() map[string][]string {
	return map[string][]string{
		"shared/fault":      {},
		"shared/catalog":    {"shared/fault"},
		"shared/plan":       {"shared/fault"},
		"shared/event":      {"shared/fault"},
		"shared/run":        {"shared/fault", "shared/event"},
		"shared/policy":     {"shared/fault", "shared/event", "shared/plan", "shared/catalog"},
		"sandboxd/protocol": {"shared/fault", "shared/catalog"},
		"shared/compile":    {"shared/fault", "shared/plan", "shared/catalog", "shared/policy"},
		"shared/sentence":   {"shared/fault", "shared/plan", "shared/catalog", "shared/event", "shared/compile"},
		"shared/plan/edit":  {"shared/fault", "shared/plan", "shared/catalog", "shared/event", "shared/policy", "shared/compile", "shared/sentence"},
	}
}

func list(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Deps,Standard", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []pkg
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// local is a package's name inside the module: "" for the root.
func local(importPath string) (string, bool) {
	if importPath+"/" == module {
		return "", true
	}
	return strings.CutPrefix(importPath, module)
}

func TestServicesDoNotReachEachOther(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range list(t) {
		name, _ := local(p.ImportPath)
		top, _, _ := strings.Cut(name, "/")
		seen[top] = true
		for _, d := range p.Deps {
			dep, ours := local(d)
			dtop, _, _ := strings.Cut(dep, "/")
			// What puts services together, or into images, is above them.
			if ours && slices.Contains(services(), dtop) && dtop != top && top != "" && top != "deploy" {
				t.Errorf("%s reaches %s: services talk over events", name, dep)
			}
		}
	}
	for _, s := range append(services(), "shared", "web", "datasets") {
		if !seen[s] {
			t.Errorf("rule names %s, which no longer exists", s)
		}
	}
}

func TestThirdPartyClientsHaveOneOwner(t *testing.T) {
	used := map[string]bool{}
	for _, p := range list(t) {
		name, _ := local(p.ImportPath)
		for _, imp := range p.Imports {
			for client, allowed := range owners() {
				if !strings.HasPrefix(imp, client) {
					continue
				}
				used[client] = true
				ok := slices.ContainsFunc(allowed, func(a string) bool { return name == a || a != "" && strings.HasPrefix(name, a+"/") })
				if !ok {
					t.Errorf("%s imports %s, which belongs to %v", name, imp, allowed)
				}
			}
		}
	}
	for client := range owners() {
		if !used[client] {
			t.Errorf("rule names %s, which nobody imports", client)
		}
	}
}

func TestDomainPackagesArePure(t *testing.T) {
	rules := pure()
	for _, p := range list(t) {
		name, _ := local(p.ImportPath)
		allowed, ok := rules[name]
		if !ok {
			continue
		}
		delete(rules, name)
		for _, imp := range p.Imports {
			dep, ours := local(imp)
			first, _, _ := strings.Cut(imp, "/")
			switch {
			case ours && !slices.Contains(allowed, dep):
				t.Errorf("%s imports %s", name, dep)
			case !ours && strings.Contains(first, "."):
				t.Errorf("%s imports %s, and is to need nothing but the standard library", name, imp)
			}
		}
	}
	for name := range rules {
		t.Errorf("rule names %s, which no longer exists", name)
	}
}

func TestControlPlaneNeverLinksTheEngine(t *testing.T) {
	for _, p := range list(t) {
		if name, _ := local(p.ImportPath); name == "" {
			for _, d := range p.Deps {
				if strings.HasPrefix(d, "github.com/duckdb/") {
					t.Errorf("leo links %s: only leo-runner opens data", d)
				}
			}
		}
	}
}

func TestEveryPackageHasAGuide(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}}\t{{.Doc}}", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		name, doc, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if len(doc) < 20 {
			t.Errorf("%s has no package comment", name)
		}
		base := name[strings.LastIndexByte(name, '/')+1:]
		if slices.Contains([]string{"util", "utils", "common", "types", "helpers", "misc"}, base) {
			t.Errorf("%s has a name that says nothing", name)
		}
	}
}
