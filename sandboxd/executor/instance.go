package executor

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Instance identifies an executor in a process, in a way that survives both:
// what they leave behind carries this name, and a later process can tell whether
// the owner still lives.
type Instance struct {
	// Boot and Namespace say where PID is meaningful; both may be empty on
	// systems that have neither.
	Boot, Namespace string
	PID             int
	// Start tells a process from a later one with the same id.
	Start uint64
	// Nonce tells the executors of one process apart.
	Nonce string
}

// NewInstance returns a new owner in the calling process.
func NewInstance() Instance {
	i := Instance{PID: os.Getpid(), Nonce: nonce(4)}
	i.Boot, i.Namespace = whereabouts()
	i.Start, _ = startTime(i.PID)
	return i
}

// String returns a name that is safe as a file name and as a label.
func (i Instance) String() string {
	return fmt.Sprintf("%s.%s.%d.%d.%s", i.Boot, i.Namespace, i.PID, i.Start, i.Nonce)
}

// ParseInstance reads what String returned.
func ParseInstance(name string) (Instance, bool) {
	parts := strings.Split(name, ".")
	if len(parts) != 5 {
		return Instance{}, false
	}
	pid, pidErr := strconv.Atoi(parts[2])
	start, startErr := strconv.ParseUint(parts[3], 10, 64)
	return Instance{Boot: parts[0], Namespace: parts[1], PID: pid, Start: start, Nonce: parts[4]},
		pidErr == nil && startErr == nil && pid > 0
}

// Gone reports whether the owner certainly does not run any more. An owner in
// another pid namespace is not visible from here and is never called gone.
func (i Instance) Gone() bool {
	boot, namespace := whereabouts()
	if i.Boot != boot {
		return true
	}
	if i.Namespace != namespace {
		return false
	}
	start, alive := startTime(i.PID)
	return !alive || start != i.Start
}

// NewID returns a name for a sandbox of an executor, unique across processes.
func NewID(executor string) string { return executor + "-" + nonce(6) }

func nonce(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails, by its documentation
	return hex.EncodeToString(b)
}
