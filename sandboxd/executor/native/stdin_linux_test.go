package native_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
)

// TestTheConfigurationMayComeOnStandardInput starts the first stage as a container runtime
// does, and looks whether what follows its line reaches the program it becomes.
func TestTheConfigurationMayComeOnStandardInput(t *testing.T) {
	probe := executortest.ProbeBinary(t)
	start := func(input string) (string, error) {
		cmd := exec.CommandContext(t.Context(), probe, stage1.Command, stage1.FromStdin)
		cmd.Stdin = strings.NewReader(input)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	config := stage1.Config{Adopted: true, BestEffort: true, Args: []string{"/bin/cat"}}
	for _, dir := range []string{"/usr", "/bin", "/lib", "/lib64"} {
		config.Mounts = append(config.Mounts, stage1.Mount{Source: dir, Target: dir, Access: stage1.Tree})
	}
	line, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := start(string(line) + "\nthe rest\nof it"); err != nil || out != "the rest\nof it" {
		t.Errorf("it says %q, %v", out, err)
	}
	for name, input := range map[string]string{
		"half a line": string(line[:len(line)/2]), "no line": "", "no configuration": "{}\n", "too much": strings.Repeat(" ", 2<<20) + "\n",
	} {
		if out, err := start(input); err == nil || !strings.Contains(out, "configuration") {
			t.Errorf("%s: it says %q, %v", name, out, err)
		}
	}
}
