package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// table is the one of the doctor's dataset.
const table = "patients"

// ingest makes a dataset of two lines, the way every dataset is made.
func (e *examination) ingest(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	in, out := filepath.Join(e.dir, "in"), filepath.Join(e.dir, "out")
	err := errors.Join(os.Mkdir(in, 0o755), os.Mkdir(out, 0o755), //nolint:gosec // sandboxes run as another user
		os.WriteFile(filepath.Join(in, table+".csv"), []byte("id,name\n1,Ann\n2,Bob\n"), 0o644)) //nolint:gosec // as above
	if err != nil {
		return "", err
	}
	resp, _, err := e.run(ctx, executor.Spec{
		Mode: protocol.Ingest, DataDir: in, OutDir: out, Limits: executor.Limits{Timeout: checkTimeout},
	}, protocol.Request{QueryType: protocol.Ingest, Files: []protocol.IngestFile{{Name: table + ".csv", Table: table}}})
	switch {
	case err != nil:
		return "", fmt.Errorf("prepare a dataset: %w", err)
	case len(resp.Tables) != 1 || resp.Tables[0].Rows != 2:
		return "", fmt.Errorf("two lines became %+v", resp.Tables)
	}
	return out, nil
}

// ask runs one statement over the dataset.
func (e *examination) ask(ctx context.Context, sql string) (*protocol.Response, error) {
	dir, err := e.dataset()
	if err != nil {
		return nil, err
	}
	resp, _, err := e.run(ctx, executor.Spec{Mode: protocol.SQL, DataDir: dir}, protocol.Request{
		QueryType: protocol.SQL, Statement: sql, Tables: []string{table}, MaxRows: 100,
	})
	return resp, err
}

// statements are what the runner that serves people does with SQL.
func (e *examination) statements() []exam {
	all := []exam{
		{"engine", "an upload becomes a dataset", false, func(context.Context) (string, error) {
			_, err := e.dataset()
			return "", err
		}},
		{"engine", "a query is answered", false, e.answers},
		{"engine", "a sandbox serves one run", false, e.servesOnce},
	}
	for _, c := range []struct{ what, sql string }{
		{"read_csv", "SELECT * FROM read_csv('/etc/passwd')"},
		{"COPY", "COPY " + table + " TO '/tmp/patients.csv'"},
		{"ATTACH", "ATTACH '/tmp/other.duckdb' AS other"},
		{"INSTALL", "INSTALL httpfs"},
		{"SET", "SET memory_limit = '100GB'"},
		{"PRAGMA", "PRAGMA database_list"},
		{"a second statement", "SELECT 1; DROP TABLE " + table},
	} {
		all = append(all, exam{"policy", c.what + " is refused", false, func(ctx context.Context) (string, error) {
			_, err := e.ask(ctx, c.sql)
			return "", wants(err, fault.SQLPolicy)
		}})
	}
	return all
}

// wants fails unless err is a fault of this code.
func wants(err error, code fault.Code) error {
	var f *fault.Fault
	switch {
	case err == nil:
		return fmt.Errorf("it succeeded, want %s", code)
	case !errors.As(err, &f) || f.Code != code:
		return fmt.Errorf("want %s: %w", code, err)
	}
	return nil
}

func (e *examination) answers(ctx context.Context) (string, error) {
	resp, err := e.ask(ctx, "SELECT name FROM "+table+" ORDER BY id DESC")
	if err != nil {
		return "", err
	}
	if got := fmt.Sprint(resp.Rows); got != "[[Bob] [Ann]]" {
		return "", fmt.Errorf("the answer is %s", got)
	}
	return "", nil
}

func (e *examination) servesOnce(ctx context.Context) (string, error) {
	dir, err := e.dataset()
	if err != nil {
		return "", err
	}
	req := protocol.Request{ID: "doctor", QueryType: protocol.SQL, Statement: "SELECT 1 AS one", Tables: []string{table}}
	return "", e.with(ctx, executor.Spec{Mode: protocol.SQL, DataDir: dir}, func(s executor.Sandbox) error {
		if _, _, err := s.Run(ctx, req); err != nil {
			return err
		}
		if _, _, err := s.Run(ctx, req); !errors.Is(err, executor.ErrUsed) {
			return fmt.Errorf("the second run ends with: %w", errors.Join(err, errors.New("it must be refused")))
		}
		return nil
	})
}
