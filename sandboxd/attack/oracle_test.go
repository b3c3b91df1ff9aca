package attack

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
)

// step is one statement for a traced process. Statements of a group share an
// engine; those that are not watched prepare it.
type step struct {
	Group string
	SQL   string
	Watch bool
	// Tables exist before the statement runs.
	Tables []string
	// Control says that the statement is known to touch something.
	Control bool
}

// controls are what the policy refuses and the watch must see.
func controls() []step {
	var steps []step
	for _, sql := range []string{
		"SELECT content FROM read_text('/etc/hostname')",
		"SELECT * FROM glob('/etc/host*')",
		"SELECT * FROM 'nothing.csv'",
		"COPY (SELECT 1) TO 'out.csv'",
		"ATTACH 'attached.duckdb' AS attached",
		"SELECT * FROM sniff_csv('/etc/passwd')",
		"LOAD '/tmp/nothing.duckdb_extension'",
	} {
		steps = append(steps, step{Group: "controls", SQL: sql, Watch: true, Control: true})
	}
	return steps
}

// preparation recognises the statements of a corpus that only make and fill
// tables of their own.
func preparation() *regexp.Regexp {
	return regexp.MustCompile(`(?is)^\s*(create\s+(or\s+replace\s+)?(temp(orary)?\s+)?(table|type|sequence|schema)|insert\s+into)\s[^/]*$`)
}

// steps lists everything there is to run: the controls, every accepted statement of
// the corpora, and what these need.
func steps(t *testing.T) []step {
	t.Helper()
	j := newJudge(t)
	words, prepares, main := identifiers(), preparation(), regexp.MustCompile(`(?i)\bmain"?\."?([a-z_][a-z0-9_]*)`)
	all := controls()
	counts := map[string]int{}
	for _, s := range append(statements(t), injections(t)...) {
		switch verdict := j.verdict(s.SQL, anyTable(words, s.SQL)); {
		case verdict == accepted:
			counts["accepted"]++
			all = append(all, step{Group: s.File, SQL: s.SQL, Watch: true, Tables: qualified(main, s.SQL)})
		case prepares.MatchString(s.SQL):
			counts["refused, prepares"]++
			all = append(all, step{Group: s.File, SQL: s.SQL})
		default:
			counts["refused"]++
		}
	}
	t.Logf("COUNT statements: %s", tally(counts))
	return all
}

// qualified lists the tables a statement names with their schema. Those it may read
// exist in a dataset; for one that does not, the engine would also look for a file
// of that name.
func qualified(main *regexp.Regexp, sql string) []string {
	var names []string
	for _, m := range main.FindAllStringSubmatch(sql, -1) {
		names = append(names, m[1])
	}
	return names
}

// TestAcceptedStatementsTouchNothing is the oracle of the package comment.
func TestAcceptedStatementsTouchNothing(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		executortest.Require(t, "strace", err)
	}
	all := steps(t)
	o := &oracle{t: t, strace: strace, steps: all, outcomes: map[int]string{}, effects: map[int][]string{}}
	// Two at a time, each with its half; groups stay whole.
	middle := len(all) / 2
	for middle > 0 && middle < len(all) && all[middle].Group == all[middle-1].Group {
		middle++
	}
	var halves sync.WaitGroup
	for _, part := range [][2]int{{0, middle}, {middle, len(all)}} {
		dir := t.TempDir()
		halves.Go(func() { o.watch(dir, part[0], part[1]) })
	}
	halves.Wait()
	o.report()
}

// oracle runs steps in traced processes and collects what they did.
type oracle struct {
	t      *testing.T
	strace string
	steps  []step

	mu       sync.Mutex // guards what follows
	outcomes map[int]string
	effects  map[int][]string
	restarts int
}

// watch runs the steps from one number to another, in as many processes as it
// takes.
func (o *oracle) watch(dir string, from, to int) {
	for next := from; next < to; {
		done, err := o.process(dir, next, to)
		if err != nil {
			o.t.Errorf("traced process at step %d: %v", next, err)
			return
		}
		if done < to {
			o.mu.Lock()
			o.outcomes[done] = "ended the process"
			o.restarts++
			o.mu.Unlock()
			done++
		}
		next = done
	}
}

// watched are the calls that name a file, reach a network, start a program or
// write.
const watched = "trace=%file,%network,execve,execveat,fork,vfork,clone,clone3,kill,ptrace," +
	"write,writev,pwrite64,pwritev,pwritev2,sendfile,copy_file_range,ftruncate,fallocate,io_uring_setup,mount,umount2"

// process runs steps in one process and returns the first that it did not finish.
func (o *oracle) process(dir string, from, to int) (int, error) {
	jobs, err := json.Marshal(o.steps[:to])
	if err != nil {
		return 0, err
	}
	trace, input, output := filepath.Join(dir, "trace"), filepath.Join(dir, "jobs"), filepath.Join(dir, "outcomes")
	if err := errors.Join(os.WriteFile(input, jobs, 0o600), os.WriteFile(output, nil, 0o600)); err != nil {
		return 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	scratch := filepath.Join(dir, "scratch")
	if err := errors.Join(os.RemoveAll(scratch), os.Mkdir(scratch, 0o700)); err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(o.t.Context(), o.strace, "-f", "--seccomp-bpf", "-y", "-qq", "-s", "256", "-e", "signal=none", "-e", watched,
		"-o", trace, self, "-test.run=^TestTracedProcess$", "-test.timeout=0",
		"-oracle-jobs="+input, "-oracle-outcomes="+output, "-oracle-from="+strconv.Itoa(from))
	cmd.Dir, cmd.Env = scratch, []string{"HOME=" + scratch, "TMPDIR=" + scratch, "GOMAXPROCS=2"}
	cmd.WaitDelay = 10 * time.Second
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	runErr := cmd.Run()
	done, err := o.collect(trace, output, from)
	if err == nil && done == from && runErr != nil && !bytes.Contains(said.Bytes(), []byte(crash)) && !marked(trace) {
		err = fmt.Errorf("%w: %s", runErr, said.String())
	}
	return done, err
}

// marked reports whether a process came as far as its first mark.
func marked(trace string) bool {
	data, err := os.ReadFile(trace)
	return err == nil && bytes.Contains(data, []byte(mark))
}

// collect reads what a process achieved and what it did meanwhile.
func (o *oracle) collect(trace, output string, from int) (int, error) {
	data, err := os.ReadFile(output)
	if err != nil {
		return from, err
	}
	f, err := os.Open(trace)
	if err != nil {
		return from, err
	}
	defer func() { _ = f.Close() }()
	o.mu.Lock()
	defer o.mu.Unlock()
	next := from
	for line := range strings.Lines(string(data)) {
		number, outcome, _ := strings.Cut(strings.TrimSpace(line), " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			return from, err
		}
		o.outcomes[n], next = outcome, n+1
	}
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 16<<20)
	current := -1
	for scanner.Scan() {
		current = o.line(scanner.Text(), current)
	}
	return next, scanner.Err()
}

// line reads one line of a trace: a mark changes what is being watched, anything
// else that is not harmless is an effect of it.
func (o *oracle) line(text string, current int) int {
	if _, rest, ok := strings.Cut(text, mark); ok {
		kind, rest, _ := strings.Cut(rest, "/")
		number, _, _ := strings.Cut(rest, `"`)
		n, err := strconv.Atoi(number)
		if err != nil || kind != "begin" {
			return -1
		}
		return n
	}
	if current >= 0 && !harmless(text) {
		o.effects[current] = append(o.effects[current], text)
	}
	return current
}

// harmless reports whether a line is about the process itself: threads, its own
// wake-ups, its own end, and what the C library asks before it gives memory back.
func harmless(text string) bool {
	_, call, ok := strings.Cut(text, " ")
	call = strings.TrimSpace(call)
	switch {
	case !ok || strings.HasPrefix(call, "+++") || strings.HasPrefix(call, "<..."):
		return true // the end, or the second half, of a call that was seen
	case strings.HasPrefix(call, "clone"):
		return strings.Contains(call, "CLONE_THREAD")
	case strings.HasPrefix(call, "write("):
		return strings.Contains(call, "<anon_inode:[eventfd]>")
	case strings.HasPrefix(call, "openat("):
		return strings.Contains(call, `, "/proc/sys/vm/overcommit_memory", O_RDONLY`)
	}
	return false
}

// report judges and prints.
func (o *oracle) report() {
	o.t.Helper()
	counts := map[string]int{}
	effects := 0
	for n, s := range o.steps {
		outcome, ran := o.outcomes[n]
		switch {
		case !ran:
			o.t.Errorf("step %d did not run: %.200q", n, s.SQL)
		case s.Control && len(o.effects[n]) == 0:
			o.t.Errorf("the watch does not see what this touches: %q (%s)", s.SQL, outcome)
		case s.Control || !s.Watch:
		default:
			counts[outcome]++
			if len(o.effects[n]) > 0 {
				effects++
				o.t.Errorf("%s: %.300q (%s) touches:\n\t%s", s.Group, s.SQL, outcome, strings.Join(o.effects[n][:min(len(o.effects[n]), 5)], "\n\t"))
			}
		}
	}
	o.t.Logf("COUNT accepted statements by what came of them: %s", tally(counts))
	o.t.Logf("COUNT accepted statements with effects: %d; processes restarted: %d", effects, o.restarts)
}
