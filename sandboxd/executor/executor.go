package executor

import (
	"context"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// Executor makes sandboxes. Implementations are safe for concurrent use and are
// held to their obligations by executortest.
type Executor interface {
	// Name is the short name used in configuration, events and logs.
	Name() string

	// Probe reports the isolation that is actually in force on this machine, by
	// trying it where that is possible. It fails with [fault.Unavailable] when
	// the machine is below the implementation's floor; Prepare then fails in the
	// same way.
	Probe(ctx context.Context) (Capabilities, error)

	// Prepare starts a sandbox and returns once its dataset is open. No user
	// input has reached it. The caller must Destroy what it got, also when ctx
	// ends first: ctx bounds only the preparation. When Prepare fails nothing
	// is left behind. Faults: Validation for a spec that makes no sense,
	// NotFound for a data directory that is not there, Unavailable when the
	// machine cannot start a sandbox now, and those of [Classify].
	Prepare(ctx context.Context, spec Spec) (Sandbox, error)

	// Sweep removes what earlier processes left behind: sandboxes whose owner
	// died without destroying them. It never touches those of a live process,
	// and returns how many it removed.
	Sweep(ctx context.Context) (int, error)

	// Close destroys every sandbox that still exists and releases the
	// executor's clients. Prepare fails after it. It is idempotent.
	Close(ctx context.Context) error
}

// Sandbox is one single-use sandbox.
type Sandbox interface {
	// ID names the sandbox in events and logs; unique across processes.
	ID() string

	// Run sends the request and returns the response. A second call fails with
	// [ErrUsed] and disturbs nothing. Zero TimeoutMS and MaxOutputBytes take the
	// sandbox's limits; larger ones are cut to them.
	//
	// When the runner reports a fault, Run returns the response together with
	// that fault as the error, so that captured output is not lost. Every other
	// failure is a fault made by [Classify]. Stats are filled in either case.
	//
	// A budget that is spent ends the run: the fault is returned within 250 ms
	// of it, whatever the sandbox does, and its process is ended meanwhile.
	//
	// Where there is an output directory, Run returns after the process has
	// ended and the directory has been checked: it then holds only regular
	// files.
	Run(ctx context.Context, req protocol.Request) (*protocol.Response, Stats, error)

	// Done is closed when the sandbox's process has ended, whatever ended it. A
	// pool drops an idle sandbox whose Done is closed.
	Done() <-chan struct{}

	// Destroy kills the sandbox and removes every trace of it. It is idempotent
	// and safe during Run, which then fails with [fault.Cancelled]. The work is
	// finished even when ctx ends first; the error is then ctx's.
	Destroy(ctx context.Context) error
}

// Capabilities are the isolation facts of an executor on this machine.
type Capabilities struct {
	Executor string `json:"executor"`
	// Version is that of the container engine, or of the kernel.
	Version string `json:"version"`
	// Namespaces says that user, pid, mount, network, ipc and uts namespaces
	// separate the sandbox from the host, or that it has a kernel of its own.
	Namespaces bool `json:"namespaces"`
	// HostUID is the uid sandboxed processes have on the host.
	HostUID int `json:"host_uid"`
	// LandlockABI is 0 where Landlock does not restrict the sandbox.
	LandlockABI int  `json:"landlock_abi"`
	Seccomp     bool `json:"seccomp"`
	// CgroupVersion is 0, 1 or 2; Controllers are those that bound a sandbox.
	CgroupVersion int      `json:"cgroup_version"`
	Controllers   []string `json:"controllers,omitempty"`
	// Memory and Pids say what enforces these limits: "cgroup", "rlimit", "vm"
	// or "none". CPUQuota and CPUBurst say whether Limits.CPU is enforced and
	// whether short bursts above it are allowed.
	Memory   string `json:"memory"`
	Pids     string `json:"pids"`
	CPUQuota bool   `json:"cpu_quota"`
	CPUBurst bool   `json:"cpu_burst"`
	// Unsafe says that the machine is below the floor and that the operator
	// accepted it.
	Unsafe bool `json:"unsafe,omitempty"`
	// Notes are sentences about what is missing.
	Notes []string `json:"notes,omitempty"`
}

// Stats describe what a run cost. Fields that are not known are zero, except
// ExitCode.
type Stats struct {
	SandboxID string
	// Engine is what the runner said it runs on.
	Engine string
	// Prepare is the time from Prepare to the ready line, Run the time from the
	// request to the response or to the failure.
	Prepare time.Duration
	Run     time.Duration
	// Warm says that the sandbox was prepared before the run asked for it;
	// Prepare is then what the run waited.
	Warm bool
	// PeakMemory is the most memory the sandbox used so far, in bytes.
	PeakMemory int64
	// OOM says that the kernel killed a process for going over the limit.
	OOM bool
	// ExitCode is -1 while the process has not ended: a response is returned
	// without waiting for that.
	ExitCode int
	// Stderr is the beginning of what the runner wrote there, for the log. It is
	// untrusted and is never shown to a user.
	Stderr string
}
