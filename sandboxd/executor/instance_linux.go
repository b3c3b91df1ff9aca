package executor

import (
	"os"
	"strconv"
	"strings"
)

func whereabouts() (boot, namespace string) {
	if id, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil {
		boot, _, _ = strings.Cut(string(id), "-")
	}
	if link, err := os.Readlink("/proc/self/ns/pid"); err == nil {
		namespace = strings.Trim(strings.TrimPrefix(link, "pid:"), "[]")
	}
	return boot, namespace
}

// startTime is the 22nd field of /proc/PID/stat, in clock ticks since boot. A
// zombie counts as dead.
func startTime(pid int) (uint64, bool) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	// The second field is a name in parentheses, which may hold anything.
	_, rest, _ := strings.Cut(string(stat[max(0, strings.LastIndexByte(string(stat), ')')):]), " ")
	fields := strings.Fields(rest)
	if len(fields) < 20 || fields[0] == "Z" || fields[0] == "X" {
		return 0, false
	}
	start, err := strconv.ParseUint(fields[19], 10, 64)
	return start, err == nil
}
