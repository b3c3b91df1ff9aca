package docker

import (
	"encoding/json"
	"fmt"

	"github.com/leo-analytics/leo/sandboxd/executor/syscalls"
)

// profile is the daemon's form of a seccomp filter.
type profile struct {
	DefaultAction string        `json:"defaultAction"`
	Syscalls      []profileRule `json:"syscalls"`
}

type profileRule struct {
	Names    []string     `json:"names"`
	Action   string       `json:"action"`
	ErrnoRet int          `json:"errnoRet,omitempty"`
	Args     []profileArg `json:"args,omitempty"`
}

type profileArg struct {
	Index    int    `json:"index"`
	Value    uint64 `json:"value"`
	ValueTwo uint64 `json:"valueTwo,omitempty"`
	Op       string `json:"op"`
}

// enosys is Linux's number for a system call that does not exist.
const enosys = 38

// seccompOption is the security option with the list native sandboxes have, too.
// It is much shorter than the daemon's own, which is made for any program: a
// sandbox starts no processes and makes no files without a name.
func seccompOption() (string, error) {
	const first = 1 // the process id inside of a container
	p := profile{
		DefaultAction: "SCMP_ACT_ERRNO",
		Syscalls: []profileRule{
			{Names: syscalls.Allowed(), Action: "SCMP_ACT_ALLOW"},
			{Names: syscalls.Missing(), Action: "SCMP_ACT_ERRNO", ErrnoRet: enosys},
		},
	}
	for _, rule := range syscalls.Conditional(first) {
		arg := profileArg{Value: rule.Value, Op: "SCMP_CMP_EQ"}
		if rule.Op == syscalls.BitsSet {
			arg.Op, arg.ValueTwo = "SCMP_CMP_MASKED_EQ", rule.Value
		}
		p.Syscalls = append(p.Syscalls, profileRule{Names: []string{rule.Name}, Action: "SCMP_ACT_ALLOW", Args: []profileArg{arg}})
	}
	text, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("seccomp profile: %w", err)
	}
	return "seccomp=" + string(text), nil
}
