package executor

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// UID is the user and group every sandboxed process sees itself as.
const UID = 65532

// Spec says what a sandbox is prepared with.
type Spec struct {
	// Mode is [protocol.SQL] or [protocol.Frames], for a prepared dataset,
	// [protocol.Python], for its columnar copy, [protocol.Ingest], for raw
	// files, or [protocol.Probe], for none of them.
	Mode protocol.QueryType
	// DataDir is the host directory that is mounted read-only at
	// [protocol.DataDir]. It and its files must be readable by others (see
	// [Share]); the directories above it may be private.
	DataDir string
	// OutDir is the host directory that is mounted writable at
	// [protocol.OutDir]: required for ingest and frames, refused otherwise. It
	// should be empty and used for nothing else.
	OutDir string
	// Org is whose data it is: a busy machine is shared out among organisations before
	// it is among their sandboxes, where the executor can. Empty for nobody's.
	Org string
	// Urgent says that a request is already waiting: the sandbox is ready sooner
	// and answers a little later.
	Urgent bool
	// Limits default to [DefaultLimits] of the mode, field by field.
	Limits Limits
}

// Limits bound one sandbox. The zero value of a field means its default.
type Limits struct {
	// Memory bounds everything the sandbox holds, its tmpfs included, in bytes.
	// Default 512 MiB.
	Memory int64
	// CPU is the quota in cores. Default 1.
	CPU float64
	// Pids bounds processes and threads. Default 64.
	Pids int64
	// Tmp is the size of the tmpfs, in bytes. Default 64 MiB.
	Tmp int64
	// Timeout is the wall-clock budget of the request. Default 10 s; 10 minutes
	// for ingest.
	Timeout time.Duration
	// StartTimeout bounds the time until the runner is ready. Default 30 s.
	StartTimeout time.Duration
	// MaxOutput bounds the encoded response, in bytes. Default 8 MiB; 32 MiB
	// for ingest, whose profiles grow with the number of columns.
	MaxOutput int64
	// FileSize bounds each file the sandbox writes, in bytes. Default the size
	// of the tmpfs; 16 GiB for ingest.
	FileSize int64
}

// DefaultLimits returns the limits of a sandbox of this mode.
func DefaultLimits(mode protocol.QueryType) Limits {
	l := Limits{
		Memory: 512 << 20, CPU: 1, Pids: 64, Tmp: 64 << 20,
		Timeout: 10 * time.Second, StartTimeout: 30 * time.Second,
		MaxOutput: 8 << 20, FileSize: 64 << 20,
	}
	if writes(mode) {
		l.Timeout, l.MaxOutput, l.FileSize = 10*time.Minute, 32<<20, 16<<30
	}
	return l
}

// writes says that a sandbox of this mode leaves a file in the output directory.
func writes(mode protocol.QueryType) bool {
	return mode == protocol.Ingest || mode == protocol.Frames
}

// WithDefaults fills zero fields from d.
func (l Limits) WithDefaults(d Limits) Limits {
	fill(&l.Memory, d.Memory)
	fill(&l.CPU, d.CPU)
	fill(&l.Pids, d.Pids)
	fill(&l.Tmp, d.Tmp)
	fill(&l.Timeout, d.Timeout)
	fill(&l.StartTimeout, d.StartTimeout)
	fill(&l.MaxOutput, d.MaxOutput)
	fill(&l.FileSize, d.FileSize)
	return l
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Validate rejects limits under which no sandbox could start.
func (l Limits) Validate() error {
	switch {
	case l.Memory < 64<<20:
		return fault.New(fault.Validation, "A sandbox needs at least 64 MiB of memory, not %s.", bytesText(l.Memory))
	case l.CPU < 0.05 || l.CPU > 256 || math.IsNaN(l.CPU):
		return fault.New(fault.Validation, "A sandbox cannot have %v cores.", l.CPU)
	case l.Pids < 16:
		return fault.New(fault.Validation, "A sandbox needs at least 16 processes and threads, not %d.", l.Pids)
	case l.Tmp < 1<<20:
		return fault.New(fault.Validation, "A sandbox needs at least 1 MiB of temporary space, not %s.", bytesText(l.Tmp))
	case l.FileSize < 1<<20:
		return fault.New(fault.Validation, "A sandbox must be able to write files of 1 MiB, not %s.", bytesText(l.FileSize))
	case l.Timeout < time.Millisecond || l.StartTimeout < time.Millisecond:
		return fault.New(fault.Validation, "A sandbox needs positive deadlines.")
	case l.MaxOutput < 1<<10 || l.MaxOutput > 1<<30:
		return fault.New(fault.Validation, "A response can be bounded between 1 KiB and 1 GiB, not to %s.", bytesText(l.MaxOutput))
	}
	return nil
}

// Resolve returns the spec with defaults filled in and paths made absolute and
// free of symbolic links, or the fault that says what is wrong with it.
func (s Spec) Resolve() (Spec, error) {
	s.Limits = s.Limits.WithDefaults(DefaultLimits(s.Mode))
	if err := s.Limits.Validate(); err != nil {
		return s, err
	}
	switch s.Mode {
	case protocol.SQL, protocol.Python, protocol.Ingest, protocol.Frames, protocol.Probe:
	default:
		return s, fault.New(fault.Validation, "No sandbox is prepared for %q requests.", s.Mode)
	}
	if (s.OutDir != "") != writes(s.Mode) {
		return s, fault.New(fault.Validation, "An output directory belongs to what writes a file and to nothing else.")
	}
	var err error
	if s.DataDir, err = resolveDir(s.DataDir); err != nil {
		return s, err
	}
	if s.OutDir != "" {
		s.OutDir, err = resolveDir(s.OutDir)
	}
	return s, err
}

func resolveDir(dir string) (string, error) {
	if dir == "" {
		return "", fault.New(fault.Validation, "A sandbox needs a data directory.")
	}
	path, err := filepath.Abs(dir)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return "", fault.Wrap(err, fault.NotFound, "The files of this dataset are not where they should be.").
			WithHint("Prepare the dataset again.")
	}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return "", fault.Wrap(err, fault.NotFound, "The place where the files of this dataset should be is not a directory.").
			WithHint("Prepare the dataset again.")
	}
	return path, nil
}

// Command returns the command line inside the sandbox; runner, data, out and tmp
// are paths there. The engine gets less memory than the sandbox has: what it does
// not count (results, its own code, the tmpfs) must fit beside it.
func (s Spec) Command(runner, data, out, tmp string) []string {
	if s.Mode == protocol.Python {
		// Isolated from the environment and the working directory, and text is
		// UTF-8 although there are no locales.
		return []string{
			protocol.PythonPath, "-I", "-B", "-X", "utf8", protocol.HarnessDir,
			"-memory-mb", strconv.FormatInt(s.Limits.Memory>>20, 10),
		}
	}
	args := []string{runner, "-mode", string(s.Mode), "-data", data, "-tmp", tmp}
	if s.Urgent {
		args = append(args, "-urgent")
	}
	if writes(s.Mode) {
		args = append(args, "-out", out)
	}
	return append(args,
		"-memory-mb", strconv.FormatInt(s.Limits.Memory*5/8>>20, 10),
		"-threads", strconv.Itoa(max(1, int(math.Ceil(s.Limits.CPU)))))
}

// bytesText writes a size the way a person would.
func bytesText(n int64) string {
	switch {
	case n >= 1<<30 && n%(1<<30) == 0:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 1<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
