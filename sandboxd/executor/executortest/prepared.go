package executortest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// Prepared returns the directory of a prepared dataset with one table for each
// CSV text, named by its key. It runs the real runner, unsandboxed: the data is
// the test's own.
func Prepared(t testing.TB, tables map[string]string) string {
	t.Helper()
	return prepareBy(t, RunnerBinary(t), tables)
}

func prepareBy(t testing.TB, runner string, tables map[string]string) string {
	t.Helper()
	raw, files := rawFiles(t, tables)
	return prepareFiles(t, runner, raw, files)
}

// PreparedFrom is [Prepared] over files that exist, relative to dir.
func PreparedFrom(t testing.TB, dir string, files []protocol.IngestFile) string {
	t.Helper()
	return prepareFiles(t, RunnerBinary(t), dir, files)
}

func prepareFiles(t testing.TB, runner, dir string, files []protocol.IngestFile) string {
	t.Helper()
	out := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, runner, "-mode", "ingest", "-data", dir, "-out", out,
		"-tmp", t.TempDir(), "-memory-mb", "1024", "-threads", "2")
	cmd.Env = []string{}
	req := ingestRequest(files)
	line, err := json.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = bytes.NewReader(append(line, '\n'))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdout, err := cmd.Output()
	if err != nil {
		t.Fatalf("ingest: %v\n%s\n%s", err, stdout, stderr.String())
	}
	r := bufio.NewReader(bytes.NewReader(stdout))
	if _, err := protocol.ReadReady(r); err != nil {
		t.Fatalf("ingest: %v\n%s", err, stderr.String())
	}
	resp, err := protocol.ReadResponse(r, req.ID, req.MaxOutputBytes)
	if err != nil || resp.Status != protocol.OK {
		t.Fatalf("ingest: %v %+v\n%s", err, resp, stderr.String())
	}
	if err := executor.Share(out); err != nil {
		t.Fatal(err)
	}
	return out
}

// rawFiles writes CSV texts into a directory that sandboxes may read.
func rawFiles(t testing.TB, tables map[string]string) (string, []protocol.IngestFile) {
	t.Helper()
	contents := map[string]string{}
	var files []protocol.IngestFile
	for name, text := range tables {
		contents[name+".csv"] = text
		files = append(files, protocol.IngestFile{Name: name + ".csv", Table: name})
	}
	slices.SortFunc(files, func(a, b protocol.IngestFile) int { return bytes.Compare([]byte(a.Name), []byte(b.Name)) })
	return Dataset(t, contents), files
}

func ingestRequest(files []protocol.IngestFile) protocol.Request {
	return protocol.Request{
		ID: "ingest-1", QueryType: protocol.Ingest, Files: files,
		TimeoutMS: 300_000, MaxRows: 1, MaxOutputBytes: 32 << 20,
	}
}

// prepared is the path of a dataset's file.
func prepared(dir string) string { return filepath.Join(dir, protocol.PreparedName) }

// exists reports whether a regular file is there.
func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
