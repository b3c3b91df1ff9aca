package executortest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// isolation is what must hold inside every sandbox.
func (s *suite) isolation(t *testing.T) {
	s.run(t, "the sandbox is nobody and sees nobody", s.seesNobody)
	s.run(t, "the kernel confirms that it has no rights", s.hasNoRights)
	s.run(t, "its mounts are read-only or cannot execute", s.mountsAreTight)
	s.run(t, "it cannot reach a network", s.noNetwork)
	s.run(t, "it can write to its temporary directory only", s.writesTmpOnly)
	s.run(t, "it sees its own dataset only", s.ownDatasetOnly)
	s.run(t, "directories above a dataset may be private", s.privateParents)
}

func (s *suite) seesNobody(t *testing.T) {
	facts := s.look(t, executor.Spec{}, "facts")
	for name, want := range map[string]string{
		"uid": strconv.Itoa(executor.UID), "gid": strconv.Itoa(executor.UID),
		"data": protocol.PreparedName, "tmp": "", "descriptors": "",
		"rlimit_core": "0", "rlimit_nofile": "256", "rlimit_fsize": strconv.Itoa(64 << 20),
	} {
		if facts[name] != want {
			t.Errorf("%s is %q, want %q", name, facts[name], want)
		}
	}
	for _, name := range strings.Fields(facts["env"]) {
		if !slices.Contains(s.Env, name) {
			t.Errorf("the sandbox has the environment variable %s", name)
		}
	}
	for _, other := range strings.Fields(facts["pids"]) {
		if other != facts["pid"] {
			t.Errorf("process %s sees process %s", facts["pid"], other)
		}
	}
	if host, err := os.Hostname(); err == nil && facts["hostname"] == host {
		t.Errorf("the sandbox knows the name of its host")
	}
}

// hasNoRights does not ask the sandbox but the kernel.
func (s *suite) hasNoRights(t *testing.T) {
	sandbox := s.prepare(t, executor.Spec{})
	status := procFile(t, sandbox, "status")
	for field, want := range map[string]string{
		"CapInh": "0000000000000000", "CapPrm": "0000000000000000", "CapEff": "0000000000000000",
		"CapBnd": "0000000000000000", "CapAmb": "0000000000000000",
		"NoNewPrivs": "1", "Seccomp": "2",
	} {
		if got := statusField(status, field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	uid, _, _ := strings.Cut(statusField(status, "Uid"), "\t")
	if uid != strconv.Itoa(s.caps.HostUID) || uid == "0" {
		t.Errorf("host uid is %s, want %d and never 0", uid, s.caps.HostUID)
	}
	if groups := statusField(status, "Groups"); os.Geteuid() == 0 && strings.Contains(" "+groups+" ", " 0 ") {
		t.Errorf("the sandbox is still in root's groups: %s", groups)
	}
}

func statusField(status, name string) string {
	for line := range strings.Lines(status) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// procFile reads a file about the sandbox's first process.
func procFile(t testing.TB, s executor.Sandbox, name string) string {
	t.Helper()
	if pid(s) == 0 {
		t.Skip("the executor does not know the process")
	}
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/%s", pid(s), name))
	if err != nil {
		t.Skipf("the kernel does not tell: %v", err)
	}
	return string(data)
}

func (s *suite) mountsAreTight(t *testing.T) {
	mounts := procFile(t, s.prepare(t, executor.Spec{}), "mountinfo")
	options := map[string]string{}
	for line := range strings.Lines(mounts) {
		fields := strings.Fields(line)
		options[fields[4]] = "," + fields[5] + ","
		if s.Mounts != nil && !slices.Contains(s.Mounts, fields[4]) {
			t.Errorf("the sandbox has a mount at %s", fields[4])
		}
	}
	for point, wants := range map[string][]string{
		"/":              {"ro"},
		protocol.DataDir: {"ro"},
		protocol.TmpDir:  {"rw", "nosuid", "nodev", "noexec"},
	} {
		for _, want := range wants {
			if !strings.Contains(options[point], ","+want+",") {
				t.Errorf("%s is mounted with %q, want %s", point, options[point], want)
			}
		}
	}
	for point, opts := range options {
		if strings.Contains(opts, ",rw,") && !strings.Contains(opts, ",noexec,") && !kernels(point) {
			t.Errorf("%s is writable and executable: %s", point, opts)
		}
	}
}

// kernels says that a mount shows the kernel's own files, or hides some of
// them: a container engine keeps those from its user by their permissions.
func kernels(point string) bool {
	for _, dir := range []string{"/proc", "/sys", "/dev"} {
		if point == dir || strings.HasPrefix(point, dir+"/") {
			return true
		}
	}
	return false
}

func (s *suite) noNetwork(t *testing.T) {
	for target, got := range s.look(t, executor.Spec{}, "net") {
		if target == "interfaces" && got != "" {
			t.Errorf("the sandbox has the interfaces %s", got)
		}
		if target != "interfaces" && !strings.HasPrefix(got, "error: ") {
			t.Errorf("%s: %s", target, got)
		}
	}
}

func (s *suite) writesTmpOnly(t *testing.T) {
	places := "/ /etc /usr /bin /root /home /var /run /dev /dev/shm /dev/mqueue /sys /proc /proc/sys/kernel/hostname " +
		protocol.DataDir + " " + protocol.DataDir + "/" + protocol.PreparedName + " " +
		protocol.OutDir + " " + protocol.RunnerPath
	for place, got := range s.look(t, executor.Spec{}, "write "+places) {
		if !strings.HasPrefix(got, "error: ") {
			t.Errorf("%s: %s", place, got)
		}
	}
	if got := s.look(t, executor.Spec{}, "write "+protocol.TmpDir)[protocol.TmpDir]; got != "written" {
		t.Errorf("%s: %s", protocol.TmpDir, got)
	}
	// The temporary directory is small: it cannot be used to go around the
	// memory limit.
	path := protocol.TmpDir + "/big"
	limits := executor.Limits{Tmp: 8 << 20}
	if got := s.look(t, executor.Spec{Limits: limits}, "fill "+path+" 33554432")[path]; !strings.Contains(got, "no space") {
		t.Errorf("filling 32 MiB into 8 MiB: %s", got)
	}
}

func (s *suite) ownDatasetOnly(t *testing.T) {
	other := Dataset(t, map[string]string{protocol.PreparedName: "other's"})
	s.prepare(t, executor.Spec{DataDir: other})
	spec := s.spec(t, executor.Spec{})
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o644); err != nil { // readable by all, to be sure that mounts protect it
		t.Fatal(err)
	}
	places := []string{
		filepath.Join(other, protocol.PreparedName), filepath.Join(spec.DataDir, protocol.PreparedName),
		protocol.DataDir + "/.." + other + "/" + protocol.PreparedName,
		secret, "/etc/passwd", "/etc/shadow", "/proc/1/environ", "/proc/1/root" + secret, "/proc/self/cwd/../" + secret,
		"/var/run/docker.sock", "/dev/mem", "/dev/sda", "/sys/kernel/notes",
	}
	for place, got := range s.look(t, spec, "read "+strings.Join(places, " ")) {
		// A container may see its own environment, which is empty enough.
		if !strings.HasPrefix(got, "error: ") && place != "/proc/1/environ" && place != "/sys/kernel/notes" {
			t.Errorf("%s: %q", place, got)
		}
	}
	path := protocol.DataDir + "/" + protocol.PreparedName
	if got := s.look(t, spec, "read "+path)[path]; got != "prepared" {
		t.Errorf("own dataset reads %q", got)
	}
}

func (s *suite) privateParents(t *testing.T) {
	parent := filepath.Join(t.TempDir(), "private")
	dir := filepath.Join(parent, "dataset")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, protocol.PreparedName), []byte("private"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(parent, 0o700); err != nil {
		t.Fatal(err)
	}
	path := protocol.DataDir + "/" + protocol.PreparedName
	if got := s.look(t, executor.Spec{DataDir: dir}, "read "+path)[path]; got != "private" {
		t.Errorf("dataset reads %q", got)
	}
}
