package runner

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/shared/fault"
)

// TestProcess runs leo-runner itself: what a parent sees over pipes.
func TestProcess(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "leo-runner")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./leo-runner").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	p := process{binary, sales(t)}
	t.Run("answers and ends", p.answers)
	t.Run("never answers a second request", p.secondRequest)
	t.Run("ends when nobody asks", p.endOfInput)
	t.Run("answers garbage with a fault", p.garbage)
	t.Run("answers in time when the engine does not", p.hardDeadline)
	t.Run("prints its version", p.version)
	t.Run("refuses a wrong command line", p.commandLine)
	t.Run("ingests, then serves what it ingested", p.ingest)
	t.Run("reports a full disk", p.fileLimit)
	t.Run("leaves no half of a columnar copy", p.frames)
	t.Run("copies a large table in little memory", p.framesMemory)
	t.Run("begins as a sandbox when told so", p.sandboxInit)
}

// process is the program under test and a dataset to run it on.
type process struct{ binary, dir string }

// child is a running leo-runner.
type child struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

func spawn(t *testing.T, name string, args ...string) *child {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stderr = t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &child{cmd, in, bufio.NewReader(out)}
}

// ready waits for the first line.
func (c *child) ready(t *testing.T) {
	t.Helper()
	if _, err := protocol.ReadReady(c.out); err != nil {
		t.Fatal(err)
	}
}

func (c *child) send(t *testing.T, line string) {
	t.Helper()
	if _, err := io.WriteString(c.in, line+"\n"); err != nil {
		t.Fatal(err)
	}
}

func (c *child) request(t *testing.T, req protocol.Request) *protocol.Response {
	t.Helper()
	line, err := json.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	c.send(t, string(line))
	resp, err := protocol.ReadResponse(c.out, req.ID, 8<<20)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

// end reads what is left and returns it with the exit status.
func (c *child) end(t *testing.T) (string, int) {
	t.Helper()
	rest, err := io.ReadAll(c.out)
	if err != nil {
		t.Fatal(err)
	}
	err = c.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(rest), c.cmd.ProcessState.ExitCode()
}

func (p process) answers(t *testing.T) {
	c := spawn(t, p.binary, "-mode", "sql", "-data", p.dir)
	c.ready(t)
	resp := c.request(t, protocol.Request{ID: "a", QueryType: protocol.SQL, Statement: "SELECT count(*) AS n FROM sales", Tables: []string{"sales"}})
	if resp.Status != protocol.OK || cells(resp.Rows) != "1000\n" {
		t.Errorf("got %+v %v", resp.Rows, resp.Error)
	}
	// Standard input is still open: the process ends by itself.
	if rest, code := c.end(t); rest != "" || code != 0 {
		t.Errorf("it ended with %d and %q", code, rest)
	}
}

func (p process) secondRequest(t *testing.T) {
	c := spawn(t, p.binary, "-data", p.dir)
	c.ready(t)
	c.send(t, `{"id":"1","query_type":"sql","statement":"SELECT 1 AS a"}`+"\n"+`{"id":"2","query_type":"sql","statement":"SELECT 2 AS a"}`)
	if resp, err := protocol.ReadResponse(c.out, "1", 1<<20); err != nil || resp.Status != protocol.OK {
		t.Errorf("got %+v, %v", resp, err)
	}
	if rest, code := c.end(t); rest != "" || code != 0 {
		t.Errorf("it ended with %d and %q", code, rest)
	}
}

func (p process) endOfInput(t *testing.T) {
	c := spawn(t, p.binary, "-data", p.dir)
	c.ready(t)
	if err := c.in.Close(); err != nil {
		t.Fatal(err)
	}
	if rest, code := c.end(t); rest != "" || code != 0 {
		t.Errorf("it ended with %d and %q", code, rest)
	}
}

func (p process) garbage(t *testing.T) {
	c := spawn(t, p.binary, "-data", p.dir)
	c.ready(t)
	c.send(t, "\x00\xff not json")
	resp, err := protocol.ReadResponse(c.out, "", 1<<20)
	if err != nil || resp.Error == nil || resp.Error.Code != fault.Internal {
		t.Errorf("got %+v, %v", resp, err)
	}
	if rest, code := c.end(t); rest != "" || code != 0 {
		t.Errorf("it ended with %d and %q", code, rest)
	}
}

func (p process) hardDeadline(t *testing.T) {
	c := spawn(t, p.binary, "-data", p.dir)
	c.ready(t)
	started := time.Now()
	// One call that computes for minutes and never looks whether it should stop.
	resp := c.request(t, protocol.Request{
		ID: "slow", QueryType: protocol.SQL, TimeoutMS: 500,
		Statement: "SELECT levenshtein(s, reverse(s)) AS d FROM (SELECT string_agg(range::VARCHAR, '') AS s FROM range(200000))",
	})
	took := time.Since(started)
	if resp.Error == nil || resp.Error.Code != fault.Timeout || took > 20*time.Second {
		t.Errorf("after %v: %v", took, resp.Error)
	}
	if rest, code := c.end(t); rest != "" || code != 0 {
		t.Errorf("it ended with %d and %q", code, rest)
	}
}

func (p process) version(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), p.binary, "-version").Output()
	if want := "leo-runner duckdb " + engine.Version() + "\n"; err != nil || string(out) != want {
		t.Errorf("got %q, %v", out, err)
	}
}

func (p process) commandLine(t *testing.T) {
	for _, args := range [][]string{{"-mode", "shell"}, {"-threads", "0"}, {"extra"}, {"-no-such-flag"}, {"-memory-mb", "1"}} {
		c := spawn(t, p.binary, args...)
		if out, code := c.end(t); code != 2 || out != "" {
			t.Errorf("%v: exit status %d and %q", args, code, out)
		}
	}
}

func (p process) ingest(t *testing.T) {
	in, out := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(in, "a.csv"), []byte("id;name\n1;Ann\n2;Bob\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := spawn(t, p.binary, "-mode", "ingest", "-data", in, "-out", out, "-tmp", t.TempDir())
	c.ready(t)
	resp := c.request(t, protocol.Request{ID: "i", QueryType: protocol.Ingest, Files: []protocol.IngestFile{{Name: "a.csv", Table: "people"}}})
	if resp.Status != protocol.OK || len(resp.Tables) != 1 || resp.Tables[0].Rows != 2 {
		t.Fatalf("got %+v %v", resp.Tables, resp.Error)
	}
	if _, code := c.end(t); code != 0 {
		t.Errorf("exit status %d", code)
	}
	c = spawn(t, p.binary, "-data", out)
	c.ready(t)
	resp = c.request(t, protocol.Request{ID: "q", QueryType: protocol.SQL, Statement: "SELECT name FROM people ORDER BY id DESC", Tables: []string{"people"}})
	if cells(resp.Rows) != "Bob\nAnn\n" {
		t.Errorf("got %v %v", resp.Rows, resp.Error)
	}
	c.end(t)
}

func (p process) fileLimit(t *testing.T) {
	in, out := t.TempDir(), t.TempDir()
	var b strings.Builder
	b.WriteString("id,text\n")
	for i := range 100_000 {
		fmt.Fprintf(&b, "%d,%x\n", i, uint64(i)*0x9e3779b97f4a7c15)
	}
	if err := os.WriteFile(filepath.Join(in, "a.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	// Files of at most 256 KiB, as on a full disk.
	c := spawn(t, "/bin/sh", "-c", "ulimit -f 512 && exec "+p.binary+" -mode ingest -data "+in+" -out "+out)
	c.ready(t)
	resp := c.request(t, protocol.Request{ID: "i", QueryType: protocol.Ingest, Files: []protocol.IngestFile{{Name: "a.csv", Table: "t"}}, TimeoutMS: 60_000})
	if resp.Error == nil || resp.Error.Code != fault.ResourceExceeded {
		t.Errorf("got %v", resp.Error)
	}
	if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	c.end(t)
}

func (p process) sandboxInit(t *testing.T) {
	// Without a configuration on its descriptor it must fail, and not go on as an
	// ordinary runner.
	c := spawn(t, p.binary, "sandbox-init")
	if out, code := c.end(t); code == 0 || strings.Contains(out, "ready") {
		t.Errorf("exit status %d and %q", code, out)
	}
}
