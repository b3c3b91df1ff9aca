package native

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const layersGolden = "testdata/layers.golden"

// layer is a sandbox of which only one part is switched on.
type layer struct {
	name                string
	namespaces, cgroups bool
	steps               []string // of the lockdown
}

// skippable are all steps that restrict the sandbox.
func skippable() []string {
	return []string{"rlimits", "capabilities", "no new privileges", "landlock", "seccomp"}
}

func layers() []layer {
	return []layer{
		{name: "nothing"},
		{name: "namespaces", namespaces: true},
		// The kernel accepts neither of the next two without this promise.
		{name: "Landlock", steps: []string{"no new privileges", "landlock"}},
		{name: "seccomp", steps: []string{"no new privileges", "seccomp"}},
		{name: "rlimits", steps: []string{"rlimits"}},
		{name: "cgroups", cgroups: true},
		{name: "privileges", steps: []string{"capabilities", "no new privileges"}},
		{name: "all", namespaces: true, cgroups: true, steps: skippable()},
	}
}

// attack is an order to the probe, with words in braces for what there is outside
// ([outside.spell]). It worked if the answer contains proof.
type attack struct {
	name, order, proof string
	// abi is the version of Landlock that knows about this.
	abi int
	// controller is the one that has to be there for control groups to count.
	controller string
	// root says that only root can lay the bait.
	root bool
}

func layerAttacks() []attack {
	return []attack{
		{name: "connect to a TCP port of the host", order: "dial tcp {tcp}", proof: "pong", abi: 4},
		{name: "exchange UDP packets with the host", order: "dial udp {udp}", proof: "pong"},
		{name: "connect to a unix socket of the host", order: "dial unix {socket}", proof: "pong"},
		{name: "connect to an abstract socket of the host", order: "dial unix {abstract}", proof: "pong", abi: 6},
		{name: "read a file of the host", order: "read {file}", proof: canary},
		{name: "write a file of the host", order: "write {file}", proof: "written"},
		{name: "start a program of the host", order: "start {program}", proof: "hello"},
		{name: "become a program of the host", order: "become {program}", proof: "another program"},
		{name: "become root through a set-user-id program", order: "become {suid}", proof: "effective uid 0.", root: true},
		{name: "become root in a user namespace of its own", order: "nest", proof: "hello"},
		{name: "see another process", order: "read /proc/{victim}/cmdline", proof: "child"},
		{name: "kill another process", order: "kill {victim}", proof: "killed", abi: 6},
		{name: "take another process's time", order: "starve {victim}", proof: "limited"},
		{name: "start 200 processes", order: "fork 200", proof: "[started 200]", controller: "pids"},
		{name: "use three times its memory", order: "grab 402653184", proof: "[held 402653184]", controller: "memory"},
		{name: "write one endless file", order: "fill {tmp}/big 67108864", proof: "filled"},
		{name: "fill the disk with small files", order: "files {tmp} 67108864", proof: "filled"},
	}
}

// The outcomes of an attack.
const (
	open    = "open"
	stopped = "stopped"
)

// TestOneLayerAlone tries every attack against every part of the sandbox with the
// others switched off, and against none and all of them. The table is what the
// documentation says.
func TestOneLayerAlone(t *testing.T) {
	golden := readTable(t)
	found := map[string]string{}
	for _, l := range layers() {
		t.Run(l.name, func(t *testing.T) {
			e := l.executor(t)
			o := newOutside(t)
			for _, a := range layerAttacks() {
				cell := a.name + "|" + l.name
				if why := a.untried(e, l); why != "" {
					t.Logf("%s: not tried: %s", a.name, why)
					found[cell] = golden[cell]
					continue
				}
				found[cell] = a.outcome(t, e, o)
				switch {
				case l.name == "nothing" && found[cell] != open:
					t.Errorf("%s: it does not even work where nothing stops it", a.name)
				case l.name == "all" && found[cell] != stopped:
					t.Errorf("%s: nothing stops it", a.name)
				case found[cell] != golden[cell] && !*update:
					t.Errorf("%s: %s, %s says %q", a.name, found[cell], layersGolden, golden[cell])
				}
			}
		})
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(layersGolden, []byte(renderTable(found)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// untried says why an attack shows nothing here.
func (a attack) untried(e *Executor, l layer) string {
	full := l.name == "all"
	switch {
	case a.root && !e.root:
		return "only root can lay the bait"
	case l.name == "Landlock" && stage1.LandlockABI() < a.abi:
		return "the kernel's Landlock does not know it"
	case l.cgroups && !full && len(e.cgroups.places) == 0:
		return "there are no control groups"
	case l.cgroups && !full && a.controller != "" && !e.cgroups.bounds(a.controller):
		return "there is no control group for it"
	}
	return ""
}

// executor returns one with everything else switched off.
func (l layer) executor(t *testing.T) *Executor {
	t.Helper()
	runner := filepath.Join(reachable(t), "probe")
	copyProgram(t, runner, 0o755)
	e, err := New(Options{Runner: runner, Logger: executortest.Logger()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(t.Context()); err != nil && !errors.Is(err, t.Context().Err()) {
			t.Error(err)
		}
	})
	for _, name := range skippable() {
		if !slices.Contains(l.steps, name) {
			e.skip = append(e.skip, name)
		}
	}
	if !l.cgroups {
		if err := e.cgroups.close(); err != nil {
			t.Error(err)
		}
		e.cgroups = &cgroups{}
	}
	e.probed = &probe{namespaces: l.namespaces}
	if l.name != "all" {
		e.probed.why = errors.New("only " + l.name)
	}
	return e
}

// outcome runs one attack in a sandbox of its own.
func (a attack) outcome(t *testing.T, e *Executor, o *outside) string {
	t.Helper()
	defer o.restore(t)
	limits := executor.Limits{Memory: 128 << 20, Tmp: 8 << 20, FileSize: 8 << 20, Timeout: 30 * time.Second, Pids: 64}
	if a.controller != "pids" {
		limits.Pids = 4096 // without namespaces, everybody's processes count
	}
	s, err := e.Prepare(t.Context(), executor.Spec{Mode: protocol.SQL, DataDir: o.data, Limits: limits})
	if err != nil {
		t.Fatalf("%s: prepare: %v (%v)", a.name, err, errors.Unwrap(err))
	}
	defer func() {
		if err := s.Destroy(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	resp, _, err := s.Run(t.Context(), protocol.Request{ID: "1", Statement: o.spell(t, a.order), MaxRows: 10})
	if fault.CodeOf(err) == fault.ResourceExceeded {
		t.Logf("%s: %v", a.name, err)
		return stopped
	}
	if err != nil {
		t.Fatalf("%s: %v (%v)", a.name, err, errors.Unwrap(err))
	}
	text := fmt.Sprint(resp.Rows)
	worked := strings.Contains(text, a.proof)
	if o.harmed(t) && !worked {
		t.Errorf("%s did not say what it has done: %s", a.name, text)
	}
	t.Logf("%s: %v: %.300q", a.name, worked, text)
	if worked {
		return open
	}
	return stopped
}

// renderTable writes the table as the documentation shows it.
func renderTable(cells map[string]string) string {
	var b strings.Builder
	row := func(first string, rest func(layer) string) {
		b.WriteString("| " + first + " |")
		for _, l := range layers() {
			b.WriteString(" " + rest(l) + " |")
		}
		b.WriteString("\n")
	}
	row("attack", func(l layer) string { return l.name })
	row("---", func(layer) string { return "---" })
	for _, a := range layerAttacks() {
		row(a.name, func(l layer) string { return cells[a.name+"|"+l.name] })
	}
	return b.String()
}

// readTable is the reverse of renderTable.
func readTable(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(layersGolden)
	if err != nil && !*update {
		t.Fatal(err)
	}
	cells := map[string]string{}
	var head []string
	for line := range strings.Lines(string(data)) {
		fields := strings.Split(strings.Trim(strings.TrimSpace(line), "| "), " | ")
		if head == nil {
			head = fields
			continue
		}
		for i, field := range fields {
			cells[fields[0]+"|"+head[i]] = field
		}
	}
	return cells
}

func TestASkippedStepIsReportedAsUnsafe(t *testing.T) {
	for step, below := range map[string]bool{"seccomp": true, "landlock": true, "rlimits": false, "capabilities": false} {
		for _, accept := range []bool{false, true} {
			e, err := New(Options{Runner: probeBinary(t), Unsafe: accept, Logger: executortest.Logger()})
			if err != nil {
				t.Fatal(err)
			}
			e.skip = []string{step}
			c, err := e.Probe(t.Context())
			switch {
			case below && !accept:
				if fault.CodeOf(err) != fault.Unavailable {
					t.Errorf("without %s: %v", step, err)
				}
			case err != nil:
				t.Errorf("without %s: %v", step, err)
			case !c.Unsafe || !slices.Contains(c.Notes, "unsafe: without "+step):
				t.Errorf("without %s: %+v", step, c)
			}
			if err := e.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestTheDocumentSaysWhatTheLayersDo compares it with the golden table.
func TestTheDocumentSaysWhatTheLayersDo(t *testing.T) {
	table, err := os.ReadFile(layersGolden)
	if err != nil {
		t.Fatal(err)
	}
	document, err := os.ReadFile("../../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(document), "\n"+string(table)+"\n") {
		t.Errorf("docs/security.md does not contain %s as it is:\n%s", layersGolden, table)
	}
	if n := strings.Count(string(table), "\n"); n != len(layerAttacks())+2 {
		t.Errorf("%s has %s lines for %d attacks", layersGolden, strconv.Itoa(n), len(layerAttacks()))
	}
}
