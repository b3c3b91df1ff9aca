package probe_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/runner/probe"
	"github.com/leo-analytics/leo/shared/fault"
)

// outcomes runs an order outside of any sandbox.
func outcomes(t *testing.T, order string) map[string]probe.Row {
	t.Helper()
	rows, err := probe.Run(order, t.TempDir())
	if err != nil {
		t.Fatalf("%s: %v", order, err)
	}
	found := map[string]probe.Row{}
	for _, row := range rows {
		if row.Outcome == "" || row.Detail == "" && row.Outcome != probe.Seen {
			t.Errorf("%s: %+v says nothing", order, row)
		}
		found[row.Name] = row
	}
	return found
}

func TestAnOpenDoorIsReported(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tcp.Close() }()
	name := fmt.Sprintf("leo-probe-test-%d", os.Getpid())
	abstract, err := net.Listen("unix", "@"+name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = abstract.Close() }()
	socket := filepath.Join(dir, "socket")
	named, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = named.Close() }()

	for order, names := range map[string][]string{
		"network tcp:" + tcp.Addr().String() + " abstract:" + name + " unix:" + socket: {
			"tcp:" + tcp.Addr().String(), "abstract:" + name, "unix:" + socket,
		},
		"read " + file + " " + dir + " /etc/passwd": {file, dir, "/etc/passwd"},
		"write " + file + " " + dir:                 {file, dir},
		"programs":                                  {"start /bin/sh", "run a file in memory", "run a file of the temporary directory"},
		"rights":                                    {"enter a namespace"},
	} {
		found := outcomes(t, order)
		for _, name := range names {
			if found[name].Outcome != probe.Done {
				t.Errorf("%s: %+v, which is open here", name, found[name])
			}
		}
	}
	data, err := os.ReadFile(file)
	if err != nil || string(data) != "content" {
		t.Errorf("the file now holds %q, %v", data, err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 2 {
		t.Errorf("the directory now holds %v, %v", entries, err)
	}
}

func TestAClosedDoorIsReported(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := tcp.Addr().String()
	if err := tcp.Close(); err != nil {
		t.Fatal(err)
	}
	for order, name := range map[string]string{
		"network tcp:" + address:                   "tcp:" + address,
		"network abstract:leo-nobody-listens-here": "abstract:leo-nobody-listens-here",
		"network tcp:nonsense":                     "tcp:nonsense",
		"network udp:" + address:                   "udp:" + address,
		"network carrier:pigeon":                   "carrier:pigeon",
		"read /nowhere/file":                       "/nowhere/file",
		"read /proc/self/fdinfo/nothing":           "/proc/self/fdinfo/nothing",
		"write /nowhere/file":                      "/nowhere/file",
		"write /proc":                              "/proc",
	} {
		if row := outcomes(t, order)[name]; row.Outcome != probe.Refused {
			t.Errorf("%s: %+v, want refused", order, row)
		}
	}
}

func TestFactsAreReported(t *testing.T) {
	visible, limits := outcomes(t, "visible"), outcomes(t, "limits")
	if !strings.Contains(visible["processes"].Detail, fmt.Sprint(os.Getppid())) {
		t.Errorf("the parent %d is not among %q", os.Getppid(), visible["processes"].Detail)
	}
	host, err := os.Hostname()
	if err != nil || visible["hostname"].Detail != host {
		t.Errorf("host name is %q, want %q", visible["hostname"].Detail, host)
	}
	if limits["nofile"].Outcome != probe.Seen || limits["nofile"].Detail == "0" {
		t.Errorf("limits are %+v", limits)
	}
}

func TestAFloodIsAsLargeAsAsked(t *testing.T) {
	rows, err := probe.Run("flood 1000000", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	bytes := 0
	for _, row := range rows {
		bytes += len(row.Detail)
	}
	if bytes < 1_000_000 || bytes > 2_000_000 {
		t.Errorf("flood of %d bytes", bytes)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	for _, order := range []string{"", "dance", "NETWORK", "flood", "flood much", "flood -1", "flood 99999999999", "flood 1 2"} {
		if rows, err := probe.Run(order, t.TempDir()); fault.CodeOf(err) != fault.Validation {
			t.Errorf("%q: %v, %v", order, rows, err)
		}
	}
}
