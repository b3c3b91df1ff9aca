//go:build linux

// Command msb stands in for the command line of microsandbox where no guest
// boots. Its machines are processes of this host that start the runner in
// namespaces of its own; its commands, flags, words and exit codes are those the
// executor relies on. It knows no flag the executor does not use.
//
// A file named behaviour in its home, or in the directory above, makes it fail:
// each line is one word of those below.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
)

// What a behaviour file can order.
const (
	newer        = "newer"         // another version
	sick         = "sick"          // the doctor finds something
	noBoot       = "no-boot"       // machines end before they are up
	bootHangs    = "boot-hangs"    // machines never come up
	silentRunner = "silent-runner" // programs end at once and say nothing
	clumsy       = "clumsy"        // what ends a machine fails the first time
)

func main() {
	if len(os.Args) < 2 {
		os.Exit(2)
	}
	commands := map[string]func([]string) error{
		"--version": version, "doctor": doctor, "load": load, "create": create, "exec": execute,
		"logs": logs, "stop": stop, "rm": remove, "ls": list, "machine": machineMain,
	}
	command, ok := commands[os.Args[1]]
	switch {
	case os.Args[1] == stage1.Command:
		os.Exit(stage1.Main(os.Args[2:]))
	case !ok:
		fmt.Fprintf(os.Stderr, "error: unrecognized subcommand '%s'\n", os.Args[1])
		os.Exit(2)
	}
	if err := command(os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
}

func home() string { return os.Getenv("MSB_HOME") }

func ordered(behaviour string) bool {
	for _, dir := range []string{home(), filepath.Dir(home())} {
		text, _ := os.ReadFile(filepath.Join(dir, "behaviour"))
		if slices.Contains(strings.Fields(string(text)), behaviour) {
			return true
		}
	}
	return false
}

// flags takes the known flags out of args: "value" ones with what follows.
// Everything after "--" is left alone.
func flags(args []string, known map[string]bool) (values map[string][]string, rest []string) {
	values = map[string][]string{}
	for i := 0; i < len(args); i++ {
		takesValue, ok := known[args[i]]
		switch {
		case args[i] == "--":
			return values, append(rest, args[i+1:]...)
		case ok && takesValue && i+1 < len(args):
			values[args[i]] = append(values[args[i]], args[i+1])
			i++
		case ok && !takesValue:
			values[args[i]] = append(values[args[i]], "")
		case strings.HasPrefix(args[i], "-"):
			fmt.Fprintf(os.Stderr, "error: unexpected argument '%s' found\n", args[i])
			os.Exit(2)
		default:
			rest = append(rest, args[i])
		}
	}
	return values, rest
}

func version([]string) error {
	text := "msb 0.6.18"
	if ordered(newer) {
		text = "msb 0.7.2"
	}
	_, err := fmt.Fprintln(os.Stdout, text)
	return err
}

func doctor([]string) error {
	fmt.Fprintln(os.Stderr, "info Platform: Linux x86_64\n   ✓ KVM device   /dev/kvm\nwarn: slow disk\n  → get a faster one")
	if ordered(sick) {
		return errors.New("CPU virtualization is not available\n  → no vmx (Intel) or svm (AMD) flag in /proc/cpuinfo")
	}
	return nil
}

func machineDir(name string) string { return filepath.Join(home(), "machines", name) }

// known fails for a machine that is not there, in msb's words.
func known(name string) error {
	if _, err := os.Stat(machineDir(name)); err != nil {
		return fmt.Errorf("sandbox not found: %s", name)
	}
	return nil
}

func list(args []string) error {
	flags(args, map[string]bool{"--format": true})
	entries, err := os.ReadDir(filepath.Join(home(), "machines"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	found := []map[string]string{}
	for _, entry := range entries {
		found = append(found, map[string]string{"name": entry.Name(), "status": "Running"})
	}
	return json.NewEncoder(os.Stdout).Encode(found)
}

func logs(args []string) error {
	_, rest := flags(args, map[string]bool{"--source": true, "--tail": true, "--no-color": false})
	if err := known(rest[0]); err != nil {
		return err
	}
	text, _ := os.ReadFile(filepath.Join(machineDir(rest[0]), "kernel.log"))
	_, err := os.Stdout.Write(text)
	return err
}

func stop(args []string) error {
	_, rest := flags(args, map[string]bool{"--force": false})
	if err := able(rest[0], "stop"); err != nil {
		return err
	}
	return end(rest[0])
}

func remove(args []string) error {
	_, rest := flags(args, map[string]bool{"--force": false})
	if err := able(rest[0], "rm"); err != nil {
		return err
	}
	if err := end(rest[0]); err != nil {
		return err
	}
	return os.RemoveAll(machineDir(rest[0]))
}

// able fails for a machine that is not there, and once when that is ordered.
func able(name, command string) error {
	if err := known(name); err != nil {
		return err
	}
	if ordered(clumsy) && os.Mkdir(filepath.Join(machineDir(name), "tried-"+command), 0o700) == nil {
		return errors.New("database error: database is locked")
	}
	return nil
}

// end kills the machine and returns when it is gone: its process holds the lock
// as long as it lives.
func end(name string) error {
	lock, err := openLock(name)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for told := false; ; <-again.C {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			return err
		}
		// A machine that has only just been started may not have said who it is.
		if pid := pidOf(name); pid > 0 && !told {
			told = syscall.Kill(pid, syscall.SIGTERM) == nil
		}
	}
}

// pidOf is the process of a machine, 0 while that is not known.
func pidOf(name string) int {
	text, err := os.ReadFile(filepath.Join(machineDir(name), "pid"))
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(string(text))
	return pid
}

// writeWhole writes a file that others see either whole or not at all.
func writeWhole(path string, content []byte) error {
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
