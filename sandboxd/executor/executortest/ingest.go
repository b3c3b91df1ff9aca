package executortest

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// ingest is what holds for the one sandbox that may write.
func (s *suite) ingest(t *testing.T) {
	s.run(t, "what an ingest leaves is safe to read", func(t *testing.T) {
		out, err := s.produce(t, "output "+protocol.PreparedName+" suid dir", executor.Limits{})
		if err != nil {
			t.Fatalf("%v (%v)", err, errors.Unwrap(err))
		}
		want := map[string]os.FileMode{protocol.PreparedName: 0o644, "suid": 0o644}
		checkOut(t, out, want)
	})
	s.run(t, "links and devices are refused", func(t *testing.T) {
		out, err := s.produce(t, "output "+protocol.PreparedName+" pipe link", executor.Limits{})
		checkOut(t, out, map[string]os.FileMode{protocol.PreparedName: 0o644})
		// An executor may also have kept them from being made.
		if err != nil {
			wantCode(t, err, fault.Internal)
		}
	})
	s.run(t, "nothing changes after the answer", func(t *testing.T) {
		out, err := s.produce(t, "linger", executor.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		checkOut(t, out, map[string]os.FileMode{"late": 0o644})
	})
	s.run(t, "a file that is too large stops the ingest", func(t *testing.T) {
		path := protocol.OutDir + "/big"
		spec := executor.Spec{Mode: protocol.Ingest, OutDir: t.TempDir(), Limits: executor.Limits{FileSize: 4 << 20}}
		if got := s.look(t, spec, "fill "+path+" 16777216")[path]; !strings.Contains(got, "file too large") {
			t.Errorf("writing 16 MiB where 4 MiB are allowed: %s", got)
		}
	})
	s.run(t, "an ingest writes nowhere else", func(t *testing.T) {
		spec := executor.Spec{Mode: protocol.Ingest, OutDir: t.TempDir()}
		for place, got := range s.look(t, spec, "write / /etc "+protocol.DataDir+" "+protocol.RunnerPath) {
			if !strings.HasPrefix(got, "error: ") {
				t.Errorf("%s: %s", place, got)
			}
		}
	})
}

// produce runs an order in an ingest sandbox and returns its output directory.
func (s *suite) produce(t *testing.T, order string, limits executor.Limits) (string, error) {
	t.Helper()
	out := t.TempDir()
	_, _, err := s.order(t, executor.Spec{Mode: protocol.Ingest, OutDir: out, Limits: limits}, order)
	return out, err
}

// checkOut fails unless dir holds exactly these regular files.
func checkOut(t *testing.T, dir string, want map[string]os.FileMode) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		mode, ok := want[e.Name()]
		if !ok {
			t.Errorf("%s was left", e.Name())
			continue
		}
		if info.Mode() != mode {
			t.Errorf("%s has mode %v, want %v", e.Name(), info.Mode(), mode)
		}
		if _, err := os.ReadFile(dir + "/" + e.Name()); err != nil {
			t.Errorf("read back: %v", err)
		}
		delete(want, e.Name())
	}
	for name := range want {
		t.Errorf("%s is missing", name)
	}
}
