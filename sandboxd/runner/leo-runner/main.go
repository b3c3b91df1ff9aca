// Command leo-runner is the only program of Leo that opens data. It is started
// inside a sandbox, speaks the protocol of package protocol on standard input and
// output, serves one request and ends.
//
//	leo-runner -mode sql|ingest|frames|probe [-data DIR] [-out DIR] [-tmp DIR] [-memory-mb N] [-threads N] [-urgent]
//	leo-runner -version
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

func main() { os.Exit(run()) }

// run returns the exit status: 0, 1 for a runner that failed, 2 for a command line
// that makes no sense.
func run() int {
	started := time.Now()
	if code, ok := subcommand(os.Args[1:]); ok {
		return code
	}
	out, err := runner.TakeStdout()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	cfg, err := parse(os.Args[1:], out)
	if errors.Is(err, errDone) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	cfg.Started = started
	cfg.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	// A file that grows beyond its limit must be an error of the write, not the
	// end of the process.
	signal.Ignore(syscall.SIGXFSZ)
	return runner.Run(context.Background(), cfg, os.Stdin, out)
}

// errDone says that the command line asked for nothing more.
var errDone = errors.New("done")

// parse reads the command line.
func parse(args []string, out io.Writer) (runner.Config, error) {
	var cfg runner.Config
	flags := flag.NewFlagSet("leo-runner", flag.ContinueOnError)
	mode := flags.String("mode", string(runner.SQL), "what to serve: sql, ingest, frames or probe")
	flags.StringVar(&cfg.DataDir, "data", protocol.DataDir, "directory of the input, only read")
	flags.StringVar(&cfg.OutDir, "out", protocol.OutDir, "directory of the prepared dataset or its columnar copy, written by ingest and frames")
	flags.StringVar(&cfg.TmpDir, "tmp", protocol.TmpDir, "directory for temporary files")
	flags.IntVar(&cfg.MemoryMB, "memory-mb", 320, "memory limit of the engine in MiB")
	flags.IntVar(&cfg.Threads, "threads", 1, "worker threads of the engine")
	flags.BoolVar(&cfg.Urgent, "urgent", false, "skip the warm-up: a request is already waiting")
	version := flags.Bool("version", false, "print the version of the engine and exit")
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return cfg, errDone
	} else if err != nil {
		return cfg, fmt.Errorf("command line: %w", err)
	}
	if *version {
		fmt.Fprintln(out, "leo-runner duckdb", engine.Version())
		return cfg, errDone
	}
	cfg.Mode = runner.Mode(*mode)
	switch {
	case flags.NArg() > 0:
		return cfg, fmt.Errorf("command line: unexpected %q", flags.Arg(0))
	case !slices.Contains([]runner.Mode{runner.SQL, runner.Ingest, runner.Frames, runner.Probe}, cfg.Mode):
		return cfg, fmt.Errorf("command line: unknown mode %q", *mode)
	case cfg.MemoryMB < 16 || cfg.Threads < 1:
		return cfg, errors.New("command line: memory must be at least 16 MiB and threads at least 1")
	}
	return cfg, nil
}
