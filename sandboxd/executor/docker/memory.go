package docker

import (
	"os"
	"strconv"
	"strings"
)

// peakFiles are where a daemon on this host keeps the most a container has used,
// by cgroup version and driver. %s is the container's id.
func peakFiles() []string {
	return []string{
		"/sys/fs/cgroup/memory/docker/%s/memory.max_usage_in_bytes",
		"/sys/fs/cgroup/memory/system.slice/docker-%s.scope/memory.max_usage_in_bytes",
		"/sys/fs/cgroup/system.slice/docker-%s.scope/memory.peak",
		"/sys/fs/cgroup/docker/%s/memory.peak",
	}
}

// peakMemory reads the kernel's figure, 0 where the daemon is elsewhere or does
// not show it. Asking the daemon would cost more than the number is worth.
func peakMemory(container string) int64 {
	for _, pattern := range peakFiles() {
		text, err := os.ReadFile(strings.Replace(pattern, "%s", container, 1))
		if err != nil {
			continue
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil {
			return n
		}
	}
	return 0
}
