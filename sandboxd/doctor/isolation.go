package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// orders are what is sent to probes, by the name under which the checks share the
// answers.
func (e *examination) orders() map[string]string {
	data := protocol.DataDir + "/" + protocol.PreparedName
	return map[string]string{
		"network": "network " + strings.Join(e.canary.targets, " "),
		"read": strings.Join([]string{
			"read", data, e.canary.secret, "/proc/1/root" + e.canary.secret, protocol.DataDir + "/.." + e.canary.secret,
			"/etc/passwd", "/etc/shadow", "/root", "/home", "/dev/mem", "/dev/kmsg", "/dev/sda", "/proc/kcore", "/proc/kallsyms/x",
			"/var/run/docker.sock", "/var/lib/docker", "/run/secrets/kubernetes.io/serviceaccount/token",
		}, " "),
		"write": strings.Join([]string{
			"write", protocol.TmpDir, "/", protocol.DataDir, data, protocol.OutDir, protocol.RunnerPath, "/etc", "/usr", "/bin", "/var", "/home",
			"/root", "/run", "/dev", "/dev/shm", "/dev/mqueue", "/sys", "/sys/fs/cgroup", "/proc/sys/kernel/hostname",
			"/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", e.canary.secret,
		}, " "),
		"programs": "programs", "rights": "rights", "visible": "visible", "limits": "limits",
	}
}

// judged makes a check that judges the answer to one of the orders.
func (e *examination) judged(layer, name, order string, judge func(findings) (string, error)) exam {
	return exam{layer, name, false, func(context.Context) (string, error) {
		found, err := e.looks[order]()
		if err != nil {
			return "", err
		}
		for _, f := range found {
			if f.outcome == unsupported {
				return "", Skip("%s", f.detail)
			}
		}
		return judge(found)
	}}
}

// refuses judges that attempts with these prefixes were refused.
func refuses(prefixes ...string) func(findings) (string, error) {
	return func(f findings) (string, error) { return f.refused(prefixes...) }
}

// isolation is what a sandbox keeps from whoever is inside.
func (e *examination) isolation() []exam {
	return []exam{
		e.judged("network", "no TCP", "network", refuses("tcp:")),
		e.judged("network", "no UDP and no DNS", "network", refuses("udp:")),
		e.judged("network", "no unix, abstract or host sockets", "network", refuses("unix:", "abstract:", "vsock")),
		e.judged("network", "no raw sockets and no interface that leads out", "network", refuses("raw", "packet", "interfaces")),
		{"network", "a listener on this machine saw nobody", true, e.nobodyCame},
		e.judged("files", "no file of the host can be read", "read", e.readsOwnOnly),
		e.judged("files", "nothing but the temporary directory can be written", "write", e.writesTmpOnly),
		e.judged("programs", "no shell, and no program from the temporary directory", "programs", refuses("start /bin/sh", "run a file of the temporary")),
		e.judged("programs", "nothing starts at all", "programs", e.startsNothing),
		e.judged("rights", "the user is nobody", "rights", isNobody),
		e.judged("rights", "no way to more rights", "rights", noMoreRights),
		{"rights", "the kernel confirms that there are none", false, e.kernelConfirms},
		e.judged("visibility", "no other process", "visible", func(f findings) (string, error) { return "", f.is("processes", "") }),
		e.judged("visibility", "no environment, descriptors or host name", "visible", seesNothing),
	}
}

// nobodyCame asks the listeners, after the probe has tried to reach them.
func (e *examination) nobodyCame(context.Context) (string, error) {
	if _, err := e.looks["network"](); err != nil {
		return "", err
	}
	if n := e.canary.visits.Load(); n > 0 {
		return "", fmt.Errorf("%d visitors came", n)
	}
	return fmt.Sprintf("%d listeners", len(e.canary.listeners)), nil
}

func (e *examination) readsOwnOnly(f findings) (string, error) {
	own := protocol.DataDir + "/" + protocol.PreparedName
	if f[own].outcome != done {
		return "", fmt.Errorf("its own dataset cannot be read either: %s", f[own].detail)
	}
	return f.without(own).refused("/")
}

func (e *examination) writesTmpOnly(f findings) (string, error) {
	if f[protocol.TmpDir].outcome != done {
		return "", fmt.Errorf("the temporary directory cannot be written either: %s", f[protocol.TmpDir].detail)
	}
	return f.without(protocol.TmpDir).refused("/")
}

// startsNothing holds where Landlock and an own filter of system calls say what may
// be executed. A container may let the runner start a copy of itself, which has no
// other rights and counts against the limit.
func (e *examination) startsNothing(f findings) (string, error) {
	detail, err := f.refused("start a copy", "run a file in memory")
	if err != nil && e.caps.LandlockABI == 0 {
		return "", Skip("this executor allows it, within the limit on processes and with the same rights: %v", err)
	}
	return detail, err
}

func isNobody(f findings) (string, error) {
	want := strconv.Itoa(executor.UID)
	return "uid " + want, errors.Join(f.is("uid", want), f.is("gid", want))
}

// noMoreRights judges attempts as refused, and facts, where the kernel tells them.
func noMoreRights(f findings) (string, error) {
	facts := map[string]string{
		"capabilities": "0", "bounding set": "0", "no_new_privs": "1", "seccomp": "2",
		"uid": f["uid"].detail, "gid": f["gid"].detail, "dumpable": f["dumpable"].detail, // judged elsewhere, or harmless
	}
	attempts := findings{}
	for name, got := range f {
		want, ok := facts[name]
		if !ok || got.outcome == seen && got.detail != want {
			attempts[name] = got
		}
	}
	return attempts.refused("")
}

func seesNothing(f findings) (string, error) {
	for _, name := range strings.Fields(f["environment"].detail) {
		if name != "HOME" { // some container runtimes set it, and it says nothing
			return "", fmt.Errorf("it has the environment variable %s", name)
		}
	}
	if host, err := os.Hostname(); err == nil && f["hostname"].detail == host {
		return "", fmt.Errorf("it knows the host name %s", host)
	}
	return "", f.is("descriptors", "")
}

// kernelConfirms does not ask the sandbox but the kernel about it.
func (e *examination) kernelConfirms(ctx context.Context) (detail string, err error) {
	err = e.with(ctx, executor.Spec{Mode: protocol.Probe}, func(s executor.Sandbox) error {
		id := pid(s)
		if id == 0 {
			return Skip("the executor does not say which process it is")
		}
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", id))
		if err != nil {
			return Skip("the kernel does not tell: %v", err)
		}
		detail = fmt.Sprintf("process %d", id)
		return statusHolds(string(status))
	})
	return detail, err
}

// statusHolds judges a /proc/PID/status file.
func statusHolds(status string) error {
	got := map[string]string{}
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(line, ":")
		got[name] = strings.TrimSpace(value)
	}
	const none = "0000000000000000"
	want := map[string]string{
		"CapInh": none, "CapPrm": none, "CapEff": none, "CapBnd": none, "CapAmb": none, "NoNewPrivs": "1", "Seccomp": "2",
	}
	var wrong []string
	for name, value := range want {
		if got[name] != value {
			wrong = append(wrong, fmt.Sprintf("%s is %q", name, got[name]))
		}
	}
	if slices.Contains(strings.Fields(got["Uid"]), "0") {
		wrong = append(wrong, "it is root on the host")
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return errors.New(strings.Join(wrong, "; "))
	}
	return nil
}
