package stage1

import (
	"fmt"
	"os"

	seccomp "github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"golang.org/x/sys/unix"

	"github.com/leo-analytics/leo/sandboxd/executor/syscalls"
)

// restrictCalls installs the filter. A call that is not allowed fails with
// EPERM rather than killing the process, so that the runner can still say what
// went wrong.
func restrictCalls(*builder) error {
	policy, err := callPolicy()
	if err != nil {
		return err
	}
	return seccomp.LoadFilter(seccomp.Filter{NoNewPrivs: true, Policy: policy})
}

func callPolicy() (seccomp.Policy, error) {
	here, err := arch.GetInfo("")
	if err != nil {
		return seccomp.Policy{}, fmt.Errorf("system calls of this architecture: %w", err)
	}
	has := func(name string) bool {
		_, ok := here.SyscallNames[name]
		return ok
	}
	var names []string
	for _, name := range syscalls.Allowed() {
		if has(name) {
			names = append(names, name)
		}
	}
	var conditional []seccomp.NameWithConditions
	for _, rule := range syscalls.Conditional(os.Getpid()) { // exec keeps the process id
		op := seccomp.Equal
		if rule.Op == syscalls.BitsSet {
			op = seccomp.BitsSet
		}
		conditional = append(conditional, seccomp.NameWithConditions{
			Name:       rule.Name,
			Conditions: seccomp.ArgumentConditions{{Argument: 0, Operation: op, Value: rule.Value}},
		})
	}
	return seccomp.Policy{
		DefaultAction: seccomp.ActionErrno,
		Syscalls: []seccomp.SyscallGroup{
			{Action: seccomp.ActionAllow, Names: names},
			{Action: seccomp.ActionAllow, NamesWithCondtions: conditional},
			{Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS), Names: syscalls.Missing()},
		},
	}, nil
}
