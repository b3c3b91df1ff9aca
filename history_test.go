package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/config"
)

func TestTheRunListIsRebuiltFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	l := launch(t, dir, func(c *config.Config) { c.Demo, c.ArchiveDir = false, filepath.Join(dir, "archive") })
	addPeople(t, &l.client)
	id := l.ask(t, map[string]any{"dataset_id": "people", "sql": "SELECT count(*) AS n FROM people"}).RunID
	if code, out, errs := l.cli(t, "history", "status"); code != 0 || !strings.Contains(out, "was not rebuilt") {
		t.Errorf("%d, %s%s", code, out, errs)
	}
	for range 2 {
		if code, out, errs := l.cli(t, "history", "rebuild", "--wait"); code != 0 || !strings.Contains(out, "Rebuilt in ") || strings.Count(out, "\n") != 1 {
			t.Errorf("%d, %s%s", code, out, errs)
		}
	}
	if code, out, errs := l.cli(t, "history", "status"); code != 0 || !strings.Contains(out, "Rebuilt in ") {
		t.Errorf("%d, %s%s", code, out, errs)
	}
	list, err := l.raw(t.Context(), "/api/v1/runs")
	if err != nil || !strings.Contains(string(list), id) {
		t.Errorf("%s, %v", list, err)
	}
	if code, out, errs := l.cli(t, "replay", "--verify"); code != 0 || !strings.Contains(out, "1 ended: 0 differences") {
		t.Errorf("%d, %s%s", code, out, errs)
	}
	l.stop()
	if left, err := filepath.Glob(filepath.Join(dir, "gateway", "history*.db")); err != nil || len(left) != 1 || filepath.Base(left[0]) != "history-3.db" {
		t.Errorf("%v, %v", left, err)
	}
}
