package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// facts reports what can be seen from inside.
func (p *probe) facts() {
	p.row("uid", os.Getuid())
	p.row("gid", os.Getgid())
	p.row("pid", os.Getpid())
	p.row("env", strings.Join(names(os.Environ()), " "))
	p.row("root", list("/"))
	p.row("data", list(p.data))
	p.row("tmp", list(p.tmp))
	p.row("pids", pids())
	p.row("descriptors", descriptors())
	host, _ := os.Hostname()
	p.row("hostname", host)
	for name, resource := range map[string]int{
		"nofile": syscall.RLIMIT_NOFILE, "core": syscall.RLIMIT_CORE, "fsize": syscall.RLIMIT_FSIZE,
	} {
		var limit syscall.Rlimit
		_ = syscall.Getrlimit(resource, &limit)
		p.row("rlimit_"+name, limit.Max)
	}
}

func names(env []string) []string {
	var out []string
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

func list(dir string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "error: " + err.Error()
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

// pids lists the processes /proc shows, if there is one.
func pids() string {
	entries, _ := os.ReadDir("/proc")
	var out []string
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err == nil {
			out = append(out, e.Name())
		}
	}
	return strings.Join(out, " ")
}

// descriptors lists open ones beyond the three standard ones, leaving out those
// of the Go runtime, which are close-on-exec.
func descriptors() string {
	var out []string
	for fd := 3; fd < 256; fd++ {
		flags, _, errno := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), syscall.F_GETFD, 0)
		if errno == 0 && flags&syscall.FD_CLOEXEC == 0 {
			out = append(out, strconv.Itoa(fd))
		}
	}
	return strings.Join(out, " ")
}

// read tries to open files that belong to others.
func (p *probe) read(arg string) {
	for _, path := range strings.Fields(arg) {
		data, err := os.ReadFile(path)
		p.row(path, result(err, string(data)))
	}
}

// write tries to create a file in each directory and to open each file.
func (p *probe) write(arg string) {
	for _, path := range strings.Fields(arg) {
		target := path
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			target = filepath.Join(path, "probe-was-here")
		}
		f, err := os.OpenFile(target, os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			_, err = f.WriteString("x")
			err = errors.Join(err, f.Close())
		}
		p.row(path, result(err, "written"))
	}
}

// fill writes "PATH BYTES".
func (p *probe) fill(arg string) {
	path, size, _ := strings.Cut(arg, " ")
	n, _ := strconv.Atoi(size)
	f, err := os.Create(path)
	for written := 0; err == nil && written < n; written += 1 << 20 {
		_, err = f.Write(make([]byte, 1<<20))
	}
	p.row(path, result(err, "filled"))
}

// files writes "DIR BYTES" as files of a megabyte.
func (p *probe) files(arg string) {
	dir, size, _ := strings.Cut(arg, " ")
	n, _ := strconv.Atoi(size)
	var err error
	for i := 0; err == nil && i < n>>20; i++ {
		err = os.WriteFile(filepath.Join(dir, "part"+strconv.Itoa(i)), make([]byte, 1<<20), 0o600)
	}
	p.row(dir, result(err, "filled"))
}

// net tries every way out it can think of.
func (p *probe) net() {
	for _, target := range []string{"tcp 1.1.1.1:53", "tcp 127.0.0.1:22", "udp 1.1.1.1:53", "unix /var/run/docker.sock"} {
		network, address, _ := strings.Cut(target, " ")
		conn, err := net.DialTimeout(network, address, time.Second)
		if err == nil {
			_, err = conn.Write([]byte("x"))
			_ = conn.Close()
		}
		p.row(target, result(err, "sent"))
	}
	interfaces, _ := net.Interfaces()
	var up []string
	for _, i := range interfaces {
		if i.Flags&net.FlagLoopback == 0 && i.Flags&net.FlagUp != 0 {
			up = append(up, i.Name)
		}
	}
	p.row("interfaces", strings.Join(up, " "))
}

// threads blocks threads until there are no more to be had.
func threads() {
	for range 1000 {
		go func() {
			runtime.LockOSThread()
			_ = syscall.Nanosleep(&syscall.Timespec{Sec: 3600}, nil)
		}()
		<-time.After(time.Millisecond)
	}
}

// output leaves things in the output directory.
func (p *probe) output(arg string) {
	for _, what := range strings.Fields(arg) {
		path := filepath.Join(p.out, what)
		var err error
		switch what {
		case "link":
			err = os.Symlink("/etc/shadow", path)
		case "dir":
			err = os.MkdirAll(filepath.Join(path, "below"), 0o700)
		case "suid":
			err = syscall.Close(must(syscall.Open(path, syscall.O_CREAT|syscall.O_WRONLY, 0o4777)))
		case "pipe":
			err = syscall.Mkfifo(path, 0o600)
		default:
			err = os.WriteFile(path, []byte("prepared"), 0o600)
		}
		p.row(what, result(err, "left"))
	}
}

func must(fd int, err error) int {
	if err != nil {
		return -1
	}
	return fd
}

func result(err error, ok string) string {
	if err != nil {
		return fmt.Sprintf("error: %v", err)
	}
	return ok
}
