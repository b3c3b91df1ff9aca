package runner

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestOnlyItsCommandLineMakesARunnerProbe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	order := protocol.Request{ID: "1", QueryType: protocol.Probe, Statement: "read " + file}
	for _, mode := range []Mode{SQL, Ingest} {
		resp := talk(t, config(mode, sales(t), t.TempDir()), order)
		if resp.Status != protocol.Error || resp.Error.Code != fault.Validation {
			t.Errorf("a runner for %s answers %+v", mode, resp)
		}
	}
	resp := talk(t, config(Probe, t.TempDir(), ""), order)
	if resp.Status != protocol.OK || cells(resp.Rows) != file+" done read\n" {
		t.Errorf("a probe answers %+v", resp)
	}
}

func TestAProbeServesNothingElse(t *testing.T) {
	for _, req := range []protocol.Request{
		{QueryType: protocol.SQL, Statement: "SELECT 1"},
		{QueryType: protocol.Check, Statement: "SELECT 1"},
		{QueryType: protocol.Ingest},
		{QueryType: protocol.Probe, Statement: "dance"},
		{QueryType: protocol.Probe},
	} {
		req.ID = "1"
		resp := talk(t, config(Probe, t.TempDir(), ""), req)
		if resp.Status != protocol.Error || resp.Error.Code != fault.Validation {
			t.Errorf("%+v: %+v", req, resp)
		}
	}
}
