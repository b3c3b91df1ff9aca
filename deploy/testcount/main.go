// Command testcount reads the output of `go test -json` on standard input,
// prints what failed with its output, which tests were skipped and why, what
// failed in a line each, and a last line with the counts. It exits with 1 when
// something failed.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
)

// record is one line of go test -json.
type record struct {
	Action, Package, Test, Output, ImportPath string
	Elapsed                                   float64
}

// report is what is left of all lines.
type report struct {
	passed, failed, skipped int
	packages                int
	output                  map[string]*strings.Builder
	failures, skips         []string
}

func main() {
	r, err := read(os.Stdin)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	r.print(os.Stdout)
	if len(r.failures) > 0 {
		os.Exit(1)
	}
}

func read(in io.Reader) (*report, error) {
	r := &report{output: map[string]*strings.Builder{}}
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 1<<20), 64<<20)
	for lines.Scan() {
		var rec record
		if json.Unmarshal(lines.Bytes(), &rec) != nil {
			continue
		}
		r.add(rec)
	}
	return r, lines.Err()
}

func (r *report) add(rec record) {
	name := rec.Package + rec.ImportPath
	if rec.Test != "" {
		name += " " + rec.Test
	}
	switch rec.Action {
	case "output", "build-output":
		if r.output[name] == nil {
			r.output[name] = &strings.Builder{}
		}
		_, _ = r.output[name].WriteString(rec.Output) // a builder never fails
	case "pass":
		if rec.Test == "" {
			r.packages++
			return
		}
		r.passed++
	case "skip":
		if rec.Test != "" {
			r.skipped++
			r.skips = append(r.skips, name)
		}
	case "fail", "build-fail":
		if rec.Test != "" {
			r.failed++
		}
		r.failures = append(r.failures, name)
	}
}

func (r *report) print(w io.Writer) {
	sort.Strings(r.failures)
	for _, name := range r.failures {
		fmt.Fprintf(w, "FAIL %s\n", name)
		if out := r.output[name]; out != nil {
			fmt.Fprintln(w, shortened(out.String()))
		}
	}
	sort.Strings(r.skips)
	for _, name := range r.skips {
		fmt.Fprintf(w, "SKIP %s: %s\n", name, reason(r.output[name]))
	}
	for name, out := range r.output {
		for line := range strings.Lines(out.String()) {
			if _, fact, ok := strings.Cut(line, "COUNT "); ok {
				fmt.Fprintf(w, "%s: %s", name, fact)
			}
		}
	}
	for _, name := range r.failures {
		fmt.Fprintf(w, "FAIL %s: %s\n", name, reason(r.output[name]))
	}
	fmt.Fprintf(w, "%d tests passed, %d failed, %d skipped, in %d packages\n", r.passed, r.failed, r.skipped, r.packages)
}

// shortened keeps the beginning of a long output, where a test says what is wrong,
// and its end, where a crash does.
func shortened(out string) string {
	const first, last = 60, 60
	lines := strings.SplitAfter(out, "\n")
	if len(lines) <= first+last {
		return out
	}
	gap := fmt.Sprintf("… %d lines …\n", len(lines)-first-last)
	return strings.Join(lines[:first], "") + gap + strings.Join(lines[len(lines)-last:], "")
}

// reason is the first thing that a test said of itself.
func reason(out *strings.Builder) string {
	if out == nil {
		return "no reason given"
	}
	for line := range strings.Lines(out.String()) {
		line = strings.TrimSpace(line)
		if i := strings.Index(line, ".go:"); i >= 0 {
			return line[i+4:]
		}
	}
	return "no reason given"
}
