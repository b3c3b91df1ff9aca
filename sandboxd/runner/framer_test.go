package runner

import (
	"archive/zip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestFramesModeWritesTheColumnarCopyOfItsDataset(t *testing.T) {
	dir, out := sales(t), t.TempDir()
	resp := talk(t, config(Frames, dir, out), protocol.Request{ID: "f", QueryType: protocol.Frames})
	if resp.Status != protocol.OK || len(resp.Tables) != 2 || resp.Tables[0].Name != "sales" || resp.Tables[0].Rows != 1000 {
		t.Fatalf("got %+v %v", resp.Tables, resp.Error)
	}
	z, err := zip.OpenReader(filepath.Join(out, protocol.FramesName))
	if err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Error(err)
	}
}

func TestFramesModeServesNothingElse(t *testing.T) {
	out := t.TempDir()
	for _, req := range []protocol.Request{
		{QueryType: protocol.SQL, Statement: "SELECT 1 AS one"},
		{QueryType: protocol.Ingest},
		{},
	} {
		if resp := talk(t, config(Frames, sales(t), out), req); resp.Error == nil || resp.Error.Code != fault.Validation {
			t.Errorf("%q: got %+v", req.QueryType, resp)
		}
	}
	if resp := ask(t, sales(t), protocol.Request{QueryType: protocol.Frames}); resp.Error == nil || resp.Error.Code != fault.Validation {
		t.Errorf("a sandbox for SQL served it: %+v", resp)
	}
	resp := talk(t, config(Frames, sales(t), out), protocol.Request{QueryType: protocol.Frames, Tables: []string{"nowhere"}})
	if resp.Error == nil || resp.Error.Code != fault.NotFound {
		t.Errorf("got %+v", resp)
	}
	if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// measureCommand makes this test binary run a program and print the most memory it
// had, in MiB. A child begins with the peak of its parent: this one has a small one.
const measureCommand = "measure-memory"

func measure(name string, args []string) int {
	cmd := exec.Command(name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return 1
	}
	fmt.Fprint(os.Stdout, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss>>10)
	return 0
}

func (p process) frames(t *testing.T) {
	out := t.TempDir()
	// Files of at most 16 KiB, as on a full disk.
	c := spawn(t, "/bin/sh", "-c", "ulimit -f 32 && exec "+p.binary+" -mode frames -data "+p.dir+" -out "+out)
	c.ready(t)
	resp := c.request(t, protocol.Request{ID: "f", QueryType: protocol.Frames})
	if resp.Error == nil || resp.Error.Code != fault.ResourceExceeded {
		t.Errorf("got %v", resp.Error)
	}
	c.end(t)
	if left, err := os.ReadDir(out); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// framesMemory copies a table that is several times larger than what the process
// may take.
func (p process) framesMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the peak of a process has another unit here")
	}
	const rows, engineMB, mostMB = 1_000_000, 64, 224
	dir := dataset(t, `CREATE TABLE t AS SELECT range AS i, hash(range) AS h, range % 100 = 0 AS b, 'city ' || (range % 5000) AS city,
		CASE WHEN range % 10 > 0 THEN repeat(md5(range::VARCHAR), 8) END AS body FROM range(`+strconv.Itoa(rows)+`)`)
	out := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := spawn(t, self, measureCommand, p.binary, "-mode", "frames", "-data", dir, "-out", out, "-memory-mb", strconv.Itoa(engineMB))
	c.ready(t)
	resp := c.request(t, protocol.Request{ID: "f", QueryType: protocol.Frames, TimeoutMS: 50_000})
	if resp.Status != protocol.OK || resp.Tables[0].Rows != rows {
		t.Fatalf("got %+v %v", resp.Tables, resp.Error)
	}
	rest, _ := c.end(t)
	peak, err := strconv.ParseInt(rest, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(out, protocol.FramesName))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d MiB written in %.0f ms with a peak of %d MiB", info.Size()>>20, resp.ExecTimeMS, peak)
	if info.Size()>>20 < mostMB || peak > mostMB {
		t.Errorf("%d MiB were written with a peak of %d MiB", info.Size()>>20, peak)
	}
}
