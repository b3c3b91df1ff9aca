package microsandbox

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

const (
	// kernelShare is what a machine has beyond Limits.Memory, in bytes: room for
	// its kernel and its agent, which a run does not pay for.
	kernelShare = 64 << 20
	// rootLayer is the size of the layer over the image, in bytes. It is memory
	// of the guest and nothing is meant to be written to it.
	rootLayer = 16 << 20

	openFiles = 256
	// logTail is how many lines of the guest's kernel are looked at.
	logTail = 400

	sharedMemory = "/dev/shm"
	mountBase    = "noexec,nosuid,nodev"
)

// createArgs boots a machine that runs nothing yet. life is how long it may
// exist.
func createArgs(name, image string, spec executor.Spec, life time.Duration) []string {
	l := spec.Limits
	user := fmt.Sprintf("%d:%d", executor.UID, executor.UID)
	args := []string{
		"create", image, "--name", name, "--quiet", "--pull", "never", "--log-level", "error",
		"--cpus", strconv.Itoa(processors(l)),
		"--memory", mebibytes(l.Memory + kernelShare),
		"--max-duration", seconds(life),
		"--no-net", "--security", "restricted", "--deployment-profile", "multi-tenant",
		"--user", user, "--hostname", "sandbox", "--workdir", "/",
		"--root-disk", "tmpfs:" + mebibytes(rootLayer),
		"--tmpfs", protocol.TmpDir + ":" + mebibytes(l.Tmp) + ":" + mountBase,
		// The guest has one whether it is asked for or not; this makes it useless.
		"--tmpfs", sharedMemory + ":1M:ro," + mountBase,
		"--mount-dir", spec.DataDir + ":" + protocol.DataDir + ":ro," + mountBase,
	}
	if spec.OutDir != "" {
		args = append(args, "--mount-dir", fmt.Sprintf("%s:%s:rw,%s,uid=%d,gid=%d",
			spec.OutDir, protocol.OutDir, mountBase, executor.UID, executor.UID))
	}
	return args
}

// execArgs runs a program of the image with the protocol on its streams.
func execArgs(name string, l executor.Limits, program ...string) []string {
	args := []string{
		"exec", "--quiet", "--stream",
		"--user", fmt.Sprintf("%d:%d", executor.UID, executor.UID), "--workdir", "/",
	}
	for _, limit := range []struct {
		resource string
		value    int64
	}{
		{"nofile", openFiles}, {"nproc", l.Pids}, {"fsize", l.FileSize}, {"core", 0}, {"memlock", 0},
	} {
		args = append(args, "--rlimit", fmt.Sprintf("%s=%d", limit.resource, limit.value))
	}
	return append(append(args, name, "--"), program...)
}

func versionArgs() []string { return []string{"--version"} }

func doctorArgs() []string { return []string{"doctor"} }

func listArgs() []string { return []string{"ls", "--format", "json"} }

func loadArgs(image string) []string { return []string{"load", "--quiet", "--tag", image} }

func stopArgs(name string) []string { return []string{"stop", "--force", name} }

func removeArgs(name string) []string { return []string{"rm", "--force", name} }

// kernelLogArgs reads the end of what the guest's kernel has said.
func kernelLogArgs(name string) []string {
	return []string{"logs", name, "--source", "system", "--tail", strconv.Itoa(logTail), "--no-color"}
}

func processors(l executor.Limits) int { return max(1, int(math.Ceil(l.CPU))) }

// mebibytes rounds up: a limit is a promise of at least that much.
func mebibytes(n int64) string { return strconv.FormatInt((n+1<<20-1)>>20, 10) + "M" }

func seconds(d time.Duration) string {
	return strconv.FormatInt(int64(math.Ceil(d.Seconds())), 10) + "s"
}

// mountable refuses what msb's syntax for mounts cannot say: it takes the first
// ":/" for the end of the path.
func mountable(paths ...string) error {
	for _, path := range paths {
		if strings.Contains(path, ":/") {
			return fault.New(fault.Validation, "A microVM cannot be given a directory whose path contains \":/\".").
				WithHint("Move Leo's data to another directory, or choose another executor.")
		}
	}
	return nil
}
