package native

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// canary is what nobody inside a sandbox may read.
const canary = "canary-51c2e8"

// outside is what there is on the host to attack: everything open to everybody,
// so that nothing but the sandbox protects it.
type outside struct {
	data                       string
	tcp, udp, socket, abstract string
	file, program, suid        string

	bait     *exec.Cmd
	closers  []func() error
	services sync.WaitGroup
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	dir := reachable(t)
	o := &outside{
		data: filepath.Join(dir, "data"),
		file: filepath.Join(dir, "file"), program: filepath.Join(dir, "program"), suid: filepath.Join(dir, "suid"),
	}
	if err := os.Mkdir(o.data, 0o755); err != nil {
		t.Fatal(err)
	}
	write := func(path, text string, mode os.FileMode) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(o.data, protocol.PreparedName), "prepared", 0o644)
	write(o.file, canary, 0o666)
	copyProgram(t, o.program, 0o755)
	copyProgram(t, o.suid, 0o755|os.ModeSetuid)
	o.tcp = o.serve(t, "tcp", "127.0.0.1:0")
	o.socket = o.serve(t, "unix", filepath.Join(dir, "socket"))
	o.abstract = o.serve(t, "unix", "@leo-test-"+filepath.Base(dir))
	if err := os.Chmod(o.socket, 0o777); err != nil {
		t.Fatal(err)
	}
	o.servePackets(t)
	t.Cleanup(func() { o.close(t) })
	return o
}

// copyProgram puts the probe somewhere else.
func copyProgram(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	program, err := os.ReadFile(probeBinary(t))
	if err == nil {
		err = os.WriteFile(path, program, 0o755)
	}
	if err == nil {
		err = os.Chmod(path, mode)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// serve answers every connection, and returns the address.
func (o *outside) serve(t *testing.T, network, address string) string {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	o.closers = append(o.closers, l.Close)
	o.services.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if _, err := c.Read(make([]byte, 16)); err == nil {
				_, _ = c.Write([]byte("pong"))
			}
			_ = c.Close()
		}
	})
	return l.Addr().String()
}

func (o *outside) servePackets(t *testing.T) {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.closers, o.udp = append(o.closers, c.Close), c.LocalAddr().String()
	o.services.Go(func() {
		for {
			_, from, err := c.ReadFrom(make([]byte, 16))
			if err != nil {
				return
			}
			_, _ = c.WriteTo([]byte("pong"), from)
		}
	})
}

// spell puts the names of what there is into an order.
func (o *outside) spell(t *testing.T, order string) string {
	t.Helper()
	if strings.Contains(order, "{victim}") {
		order = strings.ReplaceAll(order, "{victim}", o.victim(t))
	}
	return strings.NewReplacer("{tcp}", o.tcp, "{udp}", o.udp, "{socket}", o.socket, "{abstract}", o.abstract,
		"{file}", o.file, "{program}", o.program, "{suid}", o.suid).Replace(order)
}

// victim starts a process of the sandbox's user and returns its id.
func (o *outside) victim(t *testing.T) string {
	t.Helper()
	o.bait = exec.Command(o.program, "child")
	if os.Geteuid() == 0 {
		o.bait.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: executor.UID, Gid: executor.UID}}
	}
	if err := o.bait.Start(); err != nil {
		t.Fatal(err)
	}
	id := strconv.Itoa(o.bait.Process.Pid)
	// For a moment after exec it has no command line yet.
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for started := time.Now(); ; <-again.C {
		if line, _ := read("/proc/"+id, "cmdline"); strings.Contains(line, "child") {
			return id
		}
		if time.Since(started) > 10*time.Second {
			t.Fatal("the victim does not start")
		}
	}
}

// harmed reports whether something happened that can be seen from here.
func (o *outside) harmed(t *testing.T) bool {
	t.Helper()
	text, err := os.ReadFile(o.file)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != canary {
		return true
	}
	if o.bait == nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(o.bait.Process.Pid) + "/stat")
	return err != nil || strings.Contains(string(stat), ") Z ")
}

// restore takes back what an attack has done.
func (o *outside) restore(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(o.file, []byte(canary), 0o600); err != nil {
		t.Error(err)
	}
	if o.bait != nil {
		_ = o.bait.Process.Kill()
		_ = o.bait.Wait()
		o.bait = nil
	}
}

func (o *outside) close(t *testing.T) {
	t.Helper()
	for _, closer := range o.closers {
		if err := closer(); err != nil {
			t.Error(err)
		}
	}
	o.services.Wait()
}
