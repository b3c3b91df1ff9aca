package datasets_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// The runner, on freshly generated files, must return the recorded answer of
// every question; with -update, answers that differ are recorded. The last digits
// of an average depend on the order the engine's threads add in, so answers within
// the tolerance stay as they are.
func TestAnswersAreWhatTheEngineReturns(t *testing.T) {
	runner := executortest.RunnerBinary(t)
	for _, d := range datasets.LoadRegistry().Datasets {
		t.Run(d.ID, func(t *testing.T) {
			prepared := prepare(t, runner, d)
			answers := map[string]datasetstest.Answer{}
			for _, q := range datasetstest.Questions(t, d.ID) {
				got := ask(t, runner, protocol.SQL, prepared, "", protocol.Request{
					ID: q.ID, QueryType: protocol.SQL, Statement: q.SQL, Tables: tableNames(d),
					TimeoutMS: 30_000, MaxRows: 201, MaxOutputBytes: 1 << 20,
				})
				wrong := q.Mismatch(got.Rows)
				if !slices.Equal(columnNames(got), q.Columns) {
					wrong = fmt.Errorf("%s: columns %v, want %v", q.ID, columnNames(got), q.Columns)
				}
				switch {
				case wrong == nil:
				case *update:
					answers[q.ID] = datasetstest.Answer{Columns: columnNames(got), Rows: got.Rows}
				default:
					t.Error(wrong)
				}
			}
			if *update {
				datasetstest.WriteAnswers(t, filepath.Join(d.ID, "questions.yaml"), answers)
			}
		})
	}
}

// prepare turns the files of a dataset into a database with the types of the
// registry and returns its folder.
func prepare(t *testing.T, runner string, d datasets.Dataset) string {
	t.Helper()
	out := t.TempDir()
	var inputs []protocol.IngestFile
	for _, f := range d.Files {
		inputs = append(inputs, protocol.IngestFile{Name: f.Name, Table: f.Table, Types: d.Types(f.Table)})
	}
	got := ask(t, runner, protocol.Ingest, datasetstest.CSVs(t, d.ID), out, protocol.Request{
		ID: "ingest", QueryType: protocol.Ingest, Files: inputs, TimeoutMS: 120_000, MaxOutputBytes: 8 << 20,
	})
	for _, table := range got.Tables {
		if table.Rejected != 0 {
			t.Errorf("%s: %d lines were rejected: %v", table.Name, table.Rejected, table.Rejects)
		}
		types := d.Types(table.Name)
		for _, c := range table.Columns {
			if c.Type != types[c.Name] {
				t.Errorf("%s.%s was read as %s, the registry says %s", table.Name, c.Name, c.Type, types[c.Name])
			}
		}
	}
	if len(got.Tables) != len(d.Tables) {
		t.Fatalf("%d tables were made, want %d", len(got.Tables), len(d.Tables))
	}
	return out
}

// ask holds one conversation with a runner and fails the test unless it ends
// well.
func ask(t *testing.T, runner string, mode protocol.QueryType, data, out string, req protocol.Request) *protocol.Response {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	args := []string{"-mode", string(mode), "-data", data, "-tmp", t.TempDir()}
	if out != "" {
		args = append(args, "-out", out)
	}
	line, err := json.Marshal(req)
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, runner, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(append(line, '\n')), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s%s", req.ID, err, stdout.String(), stderr.String())
	}
	lines := bufio.NewReader(io.Reader(&stdout))
	if _, err := protocol.ReadReady(lines); err != nil {
		t.Fatalf("%s: %v\n%s", req.ID, err, stderr.String())
	}
	resp, err := protocol.ReadResponse(lines, req.ID, 16<<20)
	if err != nil {
		t.Fatalf("%s: %v\n%s", req.ID, err, stderr.String())
	}
	if resp.Status != protocol.OK {
		t.Fatalf("%s: %v (%s)", req.ID, resp.Error, resp.Error.Hint)
	}
	if resp.Truncated {
		t.Fatalf("%s: the result was cut by %s", req.ID, resp.TruncatedBy)
	}
	return resp
}

func tableNames(d datasets.Dataset) []string {
	names := make([]string, len(d.Tables))
	for i, table := range d.Tables {
		names[i] = table.Name
	}
	return names
}

func columnNames(r *protocol.Response) []string {
	names := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		names[i] = c.Name
	}
	return names
}
