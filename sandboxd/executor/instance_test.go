package executor

import (
	"os/exec"
	"testing"
)

func TestAnInstanceKnowsWhetherItsOwnerLives(t *testing.T) {
	own := NewInstance()
	back, ok := ParseInstance(own.String())
	if !ok || back != own {
		t.Fatalf("%q reads back as %+v", own, back)
	}
	if own.Gone() {
		t.Error("this process is gone")
	}
	if other := NewInstance(); other == own {
		t.Error("two executors of one process are the same")
	}

	reused := own
	reused.Start++
	if !reused.Gone() {
		t.Error("an earlier process with the same id lives")
	}
	elsewhere := own
	elsewhere.Namespace, elsewhere.PID = "1", 1<<30
	if elsewhere.Gone() {
		t.Error("an owner that cannot be seen is called gone")
	}
	earlier := own
	earlier.Boot = "earlier"
	if !earlier.Gone() {
		t.Error("an owner from before the reboot lives")
	}
}

func TestAProcessThatEndedIsGone(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	i := NewInstance()
	i.PID = cmd.Process.Pid
	i.Start, _ = startTime(i.PID)
	if i.Gone() {
		t.Error("a living process is gone")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if !i.Gone() {
		t.Error("a dead process lives")
	}
}

func TestNamesThatAreNoInstancesAreNotParsed(t *testing.T) {
	for _, name := range []string{"", "leo", "a.b.c.d.e", "a.b.1.2", "a.b.-1.2.c", "a.b.1.x.c", "docker-abc.scope"} {
		if i, ok := ParseInstance(name); ok {
			t.Errorf("%q reads as %+v", name, i)
		}
	}
}
