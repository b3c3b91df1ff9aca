package docker

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestTheFilterIsWhatTheDaemonExpects(t *testing.T) {
	option, err := seccompOption()
	if err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(option, "seccomp=")
	if !ok {
		t.Fatalf("the option begins with %.20q", option)
	}
	var p profile
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	if p.DefaultAction != "SCMP_ACT_ERRNO" || !slices.Contains(p.Syscalls[0].Names, "read") || slices.Contains(p.Syscalls[0].Names, "socket") {
		t.Errorf("the profile is %+v", p)
	}
	for _, rule := range p.Syscalls {
		if slices.Contains(rule.Names, "clone") && (len(rule.Args) != 1 || rule.Args[0].Op != "SCMP_CMP_MASKED_EQ" || rule.Args[0].ValueTwo != 0x10000) {
			t.Errorf("clone is allowed by %+v", rule.Args)
		}
	}
}
