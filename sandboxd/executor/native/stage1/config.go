package stage1

// Command is the first argument of a runner that is to become a sandbox.
const Command = "sandbox-init"

// ConfigFD is the descriptor the configuration is read from, as one JSON
// document up to the end of the file. The parent writes it once the process is
// in its cgroup: nothing happens before.
const ConfigFD = 3

// FromStdin is the argument after [Command] that has the configuration read as one line of standard input
// instead, of which not a byte more is taken: the rest is the runner's.
const FromStdin = "-stdin"

// Config says what [Main] builds. It comes from the parent process alone.
type Config struct {
	// Namespaces says that the process is the first one of its own namespaces.
	// Without them there are no mounts, and paths are those of the host.
	Namespaces bool    `json:"namespaces"`
	Mounts     []Mount `json:"mounts"`
	// Links are symbolic links in the new root, path to target.
	Links map[string]string `json:"links,omitempty"`
	// TmpBytes is the size of the tmpfs at /tmp; 0 means none.
	TmpBytes int64   `json:"tmp_bytes"`
	Rlimits  Rlimits `json:"rlimits"`
	// Adopted says that the parent of the process is a container runtime, with whose end
	// it need not end.
	Adopted bool `json:"adopted,omitempty"`
	// BestEffort goes on without Landlock or seccomp where the kernel lacks
	// them.
	BestEffort bool `json:"best_effort,omitempty"`
	// Skip leaves out steps of the lockdown, by name, so that tests can show
	// what each of the others stops alone. It is never set
	// for a sandbox that serves anybody. An unknown name is an error.
	Skip []string `json:"skip,omitempty"`
	// Args is the command line to become; Args[0] is a path in the new root.
	Args []string `json:"args"`
	// Report writes [Facts] to standard output and ends instead.
	Report bool `json:"report,omitempty"`
}

// Access is what may be done with a mount.
type Access string

// The kinds of access.
const (
	Read  Access = "read"
	Write Access = "write"
	Exec  Access = "exec"
	// Tree is a directory of programs and libraries.
	Tree   Access = "tree"
	Device Access = "device"
)

// Mount is one file or directory of the host that stays visible.
type Mount struct {
	// FD is a detached mount the parent has opened, or 0: then Source is opened
	// by the sandbox itself.
	FD     int    `json:"fd,omitempty"`
	Source string `json:"source"`
	// Target is the absolute path in the new root.
	Target string `json:"target"`
	// File says that it is a file and not a directory.
	File   bool   `json:"file,omitempty"`
	Access Access `json:"access"`
}

// Rlimits bound the process by itself. Zero means no limit, except that core
// dumps and locked memory are always off.
type Rlimits struct {
	FileSize   uint64 `json:"file_size"`
	Files      uint64 `json:"files"`
	Processes  uint64 `json:"processes"`
	CPUSeconds uint64 `json:"cpu_seconds"`
	// Data and AddressSpace stand in for a memory cgroup.
	Data         uint64 `json:"data,omitempty"`
	AddressSpace uint64 `json:"address_space,omitempty"`
}

// Facts are what a reporting sandbox found to be in force.
type Facts struct {
	// PID is 1 in a pid namespace of its own.
	PID         int  `json:"pid"`
	UID         int  `json:"uid"`
	LandlockABI int  `json:"landlock_abi"`
	Seccomp     bool `json:"seccomp"`
	// Processes is how many processes and threads its cgroup may have, 0 where that is not
	// bounded or cannot be seen.
	Processes int64 `json:"processes,omitempty"`
	// HostVisible says that a path of the host could still be opened.
	HostVisible bool `json:"host_visible"`
}
