package runner

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
	"github.com/leo-analytics/leo/sandboxd/runner/profile"
	"github.com/leo-analytics/leo/sandboxd/runner/sqlpolicy"
	"github.com/leo-analytics/leo/shared/fault"
)

// session is an open, locked dataset.
type session struct {
	db     *engine.DB
	policy *sqlpolicy.Policy
}

// goMemory is how much this program's own data may grow before it is collected:
// requests, syntax trees and results, beside the engine's memory.
const goMemory = 96 << 20

// openSession opens the prepared dataset read-only, locks the engine and warms up
// the way a statement goes.
func openSession(ctx context.Context, cfg Config) (*session, error) {
	policy, err := sqlpolicy.New()
	if err != nil {
		return nil, fmt.Errorf("load policy: %w", err)
	}
	db, err := openDataset(ctx, cfg)
	if err != nil {
		return nil, err
	}
	// A request is over before collecting pays; a large result still collects.
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(goMemory)
	s := &session{db, policy}
	if cfg.Urgent {
		return s, nil
	}
	if err := s.warmUp(ctx); err != nil {
		// A run over what is broken gets its own, better error.
		cfg.Log.WarnContext(ctx, "warm-up failed", "cause", err.Error())
	}
	return s, nil
}

// openDataset opens the prepared dataset read-only and locks the engine.
func openDataset(ctx context.Context, cfg Config) (*engine.DB, error) {
	db, err := engine.Open(engine.Options{
		Path: filepath.Join(cfg.DataDir, protocol.PreparedName), ReadOnly: true, MemoryMB: cfg.MemoryMB, Threads: cfg.Threads,
		HomeDir: cfg.TmpDir,
	})
	if err != nil {
		return nil, fmt.Errorf("open dataset: %w", err)
	}
	if err := db.Lock(ctx); err != nil {
		return nil, err
	}
	return db, nil
}

// serve answers sql, check and profile requests.
func (s *session) serve(ctx context.Context, req *protocol.Request) (*protocol.Response, error) {
	switch req.QueryType {
	case protocol.SQL:
		resp, err := s.query(ctx, req, req.Statement)
		if err != nil {
			return nil, err
		}
		resp.Counts = s.counts(ctx, req)
		return resp, nil
	case protocol.Check:
		columns, _, err := s.bind(ctx, req, req.Statement)
		if err != nil {
			return nil, err
		}
		return &protocol.Response{Columns: resultColumns(columns)}, nil
	case protocol.Profile:
		started := time.Now()
		tables, err := profile.Tables(ctx, s.db)
		if err != nil {
			return nil, err
		}
		resp := &protocol.Response{Tables: tables, ExecTimeMS: milliseconds(time.Since(started))}
		return resp, fitProfile(resp, req.MaxOutputBytes)
	}
	return nil, wrongMode(req.QueryType, SQL)
}

func wrongMode(asked protocol.QueryType, mode Mode) error {
	return fault.New(fault.Validation, "A sandbox for %s cannot serve a request of type %q.", mode, asked).
		WithHint("This is a mistake inside Leo: an administrator should report it.")
}

// bind judges a statement and returns its columns, without running it.
func (s *session) bind(ctx context.Context, req *protocol.Request, statement string) ([]engine.Column, sqlpolicy.Facts, error) {
	facts, err := s.policy.Judge(ctx, s.db, statement, sqlpolicy.Rules{
		Tables:    req.Tables,
		HasColumn: func(name string) bool { return s.hasColumn(ctx, req.Tables, name) },
	})
	if err != nil {
		return nil, facts, err
	}
	columns, err := s.db.Describe(ctx, statement)
	if err != nil {
		return nil, facts, withoutForeignNames(engine.Fault(err), req.Tables)
	}
	return columns, facts, nil
}

// hasColumn asks the catalogue whether one of the tables has a column. When it
// cannot be asked, there is none, which refuses more.
func (s *session) hasColumn(ctx context.Context, tables []string, name string) bool {
	for _, t := range tables {
		n, err := s.db.Text(ctx, "SELECT CAST(count(*) AS VARCHAR) FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main'"+
			" AND lower(table_name) = lower($1) AND lower(column_name) = lower($2)", t, name)
		if err == nil && n != "0" {
			return true
		}
	}
	return false
}

// withoutForeignNames keeps the engine from suggesting relations of its own.
func withoutForeignNames(f *fault.Fault, tables []string) *fault.Fault {
	names, ok := f.Details["candidates"].([]string)
	if !ok || !strings.HasPrefix(f.Message, "There is no table") {
		return f
	}
	for _, name := range names {
		for _, t := range tables {
			if strings.EqualFold(name, t) {
				return f
			}
		}
	}
	return f.With("candidates", tables).WithHint("The tables of the dataset are listed on its page.")
}

// query judges, binds and runs a statement.
func (s *session) query(ctx context.Context, req *protocol.Request, statement string) (*protocol.Response, error) {
	started := time.Now()
	columns, facts, err := s.bind(ctx, req, statement)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, wrapped(columns, statement, req.MaxRows+1))
	if err != nil {
		return nil, engine.Fault(err)
	}
	defer rows.Close()
	resp := &protocol.Response{Columns: resultColumns(columns), Volatile: facts.Volatile}
	if err := collect(ctx, rows, resp, req); err != nil {
		return nil, err
	}
	resp.ExecTimeMS = milliseconds(time.Since(started))
	return resp, nil
}

// wrapped makes the statement that runs: the original text as a literal, its
// columns by position, as text, and not more rows than needed.
func wrapped(columns []engine.Column, statement string, limit int) string {
	values, names := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i] = "c" + strconv.Itoa(i)
		values[i] = "CAST(" + names[i] + " AS VARCHAR)"
		if c.Type == "BLOB" {
			values[i] = "lower(hex(" + names[i] + "))"
		}
	}
	return "SELECT " + strings.Join(values, ", ") + " FROM query(" + engine.QuoteText(statement) + ") AS q(" +
		strings.Join(names, ", ") + ") LIMIT " + strconv.Itoa(limit)
}

func resultColumns(columns []engine.Column) []protocol.Column {
	out := make([]protocol.Column, len(columns))
	for i, c := range columns {
		out[i] = protocol.Column{Name: c.Name, Type: c.Type}
	}
	return out
}

// maxCounts bounds the counters of a counts statement.
const maxCounts = 16

// counts runs the second statement of a request. Whatever goes wrong there is no
// reason to withhold the answer.
func (s *session) counts(ctx context.Context, req *protocol.Request) map[string]int64 {
	if req.CountsStatement == "" {
		return nil
	}
	one := *req
	one.MaxRows = 1
	resp, err := s.query(ctx, &one, req.CountsStatement)
	if err != nil || len(resp.Rows) != 1 || len(resp.Columns) > maxCounts {
		return nil
	}
	counts := map[string]int64{}
	for i, c := range resp.Columns {
		n, err := strconv.ParseInt(fmt.Sprint(resp.Rows[0][i]), 10, 64)
		if err != nil {
			return nil
		}
		counts[c.Name] = n
	}
	return counts
}
