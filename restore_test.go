package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/run"
)

// TestADeploymentIsRestoredFromItsServersDirectories copies what three servers keep while
// they are stopped, loses everything there was, and goes on with the copy and roles that
// have nothing.
func TestADeploymentIsRestoredFromItsServersDirectories(t *testing.T) {
	restore(t, func(s *split, backup string) {
		s.stopRoles()
		for i := range s.nats.cmds {
			s.nats.kill(i)
			if err := os.CopyFS(filepath.Join(backup, fmt.Sprint(i)), os.DirFS(s.nats.store(i))); err != nil {
				t.Fatal(err)
			}
		}
	}, func(s *split, backup string) {
		for i := range s.nats.cmds {
			if err := os.CopyFS(s.nats.store(i), os.DirFS(filepath.Join(backup, fmt.Sprint(i)))); err != nil {
				t.Fatal(err)
			}
			s.nats.start(i)
		}
	})
}

// TestADeploymentIsRestoredFromABackupOfItsAccount has NATS's own tool back up the account
// while Leo runs, and restore it to servers that have nothing.
func TestADeploymentIsRestoredFromABackupOfItsAccount(t *testing.T) {
	tool, err := exec.LookPath("nats")
	if err != nil {
		t.Skip("NATS's own tool, nats, is not installed")
	}
	nats := func(s *split, args ...string) error {
		cmd := exec.CommandContext(t.Context(), tool, append([]string{"--server", s.nats.url(), "--user", natsUser, "--password", natsPassword}, args...)...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("nats %v: %w\n%s", args, err, out)
		}
		return nil
	}
	restore(t, func(s *split, backup string) {
		if err := nats(s, "account", "backup", "--consumers", "--force", backup); err != nil {
			t.Fatal(err)
		}
		s.stopRoles()
		for i := range s.nats.cmds {
			s.nats.kill(i)
		}
	}, func(s *split, backup string) {
		for i := range s.nats.cmds {
			s.nats.start(i)
		}
		bustest.Eventually(t, "the new servers have found each other", func() bool { return nats(s, "stream", "ls") == nil })
		if err := nats(s, "account", "restore", backup); err != nil {
			t.Fatal(err)
		}
	})
}

// restore asks, has take make a backup and stop everything, loses everything there was, has
// give bring back the servers, and looks whether roles that have nothing go on with it.
func restore(t *testing.T, take, give func(s *split, backup string)) {
	t.Helper()
	if testing.Short() {
		t.Skip("it starts ten processes twice")
	}
	s := deploy(t, &portPool{left: bustest.FreePorts(t, 40)}, 3)
	l := s.asker("gateway-1")
	question := map[string]any{"dataset_id": "ecommerce", "question": datasetstest.Questions(t, "ecommerce")[1].Question}
	before := l.ask(t, question)
	rows := l.rows(t, before)
	list, err := l.raw(t.Context(), "/api/v1/runs")
	if err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup")
	take(s, backup)
	for i := range s.nats.cmds {
		err = errors.Join(err, os.RemoveAll(s.nats.store(i)))
	}
	for _, name := range stormRoles() {
		err = errors.Join(err, os.RemoveAll(filepath.Join(s.dir, name)))
	}
	if err != nil {
		t.Fatal(err)
	}
	give(s, backup)
	for _, name := range stormRoles() {
		s.start(name)
	}
	for _, name := range stormRoles() {
		s.awaitReady(name)
	}
	s.restored(before, rows, string(list), question)
}

func (s *split) stopRoles() {
	for _, name := range stormRoles() {
		if err := s.stop(name); err != nil {
			s.t.Errorf("%s: %v", name, err)
		}
	}
}

// restored looks whether a deployment has what it had, and goes on.
func (s *split) restored(before *run.Capsule, rows any, list string, question map[string]any) {
	t := s.t
	t.Helper()
	l := s.asker("gateway-2")
	after := l.finish(t, before.RunID)
	if a, b := digest(t, before), digest(t, after); a != b {
		t.Errorf("the run of before is %s, was %s", b, a)
	}
	if got := l.rows(t, after); fmt.Sprint(got) != fmt.Sprint(rows) {
		t.Errorf("its rows are %v, were %v", got, rows)
	}
	bustest.Eventually(t, "the run list is made again", func() bool {
		now, err := l.raw(t.Context(), "/api/v1/runs")
		return err == nil && string(now) == list
	})
	question["fresh"] = true
	if again := l.ask(t, question); fmt.Sprint(l.rows(t, again)) != fmt.Sprint(rows) || again.DatasetVersionHash != before.DatasetVersionHash {
		t.Errorf("asked again: %s of version %s", again.Status, again.DatasetVersionHash)
	}
	out, err := s.command("replay", "--verify", "--url", l.base, "--token", s.token).CombinedOutput()
	if err != nil || !strings.Contains(string(out), ": 0 differences") {
		t.Errorf("leo replay --verify: %v\n%s", err, out)
	}
}
