package microsandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

const (
	// callTimeout bounds one command that boots nothing.
	callTimeout = 30 * time.Second
	// insistPause is at most how long a command that must not fail waits before it
	// is repeated.
	insistPause = 200 * time.Millisecond
	// pipeDelay is how long a command's output may stay open after its end.
	pipeDelay = 2 * time.Second
	// outputCap bounds what is kept of each stream of a command.
	outputCap = 4 << 20
	// wordsCap bounds what a message repeats of msb's words.
	wordsCap = 400
)

// msb is the command line tool with its surroundings.
type msb struct {
	binary, kernel, home string
}

// command is one call of msb that ctx kills. Nothing of leo's own environment
// reaches it, or the machines it starts.
func (m msb) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, m.binary, args...) //nolint:gosec // the operator says where msb is
	cmd.Env = []string{
		"PATH=/usr/local/bin:/usr/bin:/bin", "NO_COLOR=1",
		"HOME=" + m.home, "MSB_HOME=" + m.home, "MSB_PATH=" + m.binary,
		// Never a machine in somebody's cloud, whatever a profile says.
		"MSB_BACKEND=local",
	}
	if m.kernel != "" {
		cmd.Env = append(cmd.Env, "MSB_LIBKRUNFW_PATH="+m.kernel)
	}
	cmd.WaitDelay = pipeDelay
	return cmd
}

// run calls msb and returns its standard output. An error that is msb's own is a
// *commandError.
func (m msb) run(ctx context.Context, timeout time.Duration, stdin io.Reader, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var stdout, stderr limited
	cmd := m.command(ctx, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, &stdout, &stderr
	err := cmd.Run()
	if err == nil || errors.Is(err, exec.ErrWaitDelay) {
		return stdout.String(), nil
	}
	if ctx.Err() != nil {
		err = errors.Join(context.Cause(ctx), err)
	}
	return stdout.String(), &commandError{command: args[0], words: words(stderr.String()), err: err}
}

// call is run for a command that boots nothing and reads nothing.
func (m msb) call(ctx context.Context, args ...string) (string, error) {
	return m.run(ctx, callTimeout, nil, args...)
}

// limited keeps the first outputCap bytes written to it.
type limited struct{ bytes.Buffer }

// Write never fails: msb must not stop because it says too much.
func (l *limited) Write(p []byte) (int, error) {
	_, _ = l.Buffer.Write(p[:min(len(p), max(0, outputCap-l.Len()))])
	return len(p), nil
}

// commandError is a command of msb that failed.
type commandError struct {
	command, words string
	err            error
}

func (e *commandError) Error() string {
	if e.words == "" {
		return fmt.Sprintf("msb %s: %v", e.command, e.err)
	}
	return fmt.Sprintf("msb %s: %s (%v)", e.command, e.words, e.err)
}

func (e *commandError) Unwrap() error { return e.err }

// said reports whether msb failed with these words.
func said(err error, phrase string) bool {
	var failed *commandError
	return errors.As(err, &failed) && strings.Contains(failed.words, phrase)
}

// Words by which failures are told apart.
const (
	noMachine = "sandbox not found"
	noImage   = "image not cached"
	noBoot    = "failed to start"
)

// words is msb's explanation of a failure, on one line: its errors and, after
// each, its details. Progress and warnings are left out.
func words(stderr string) string {
	var parts []string
	errorSeen := false
	for line := range strings.Lines(ansi().ReplaceAllString(stderr, "")) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "error: "); ok {
			errorSeen = true
			parts = append(parts, text)
		} else if text, ok := strings.CutPrefix(line, "→ "); ok && errorSeen {
			parts = append(parts, text)
		} else if strings.HasPrefix(line, "warn: ") {
			errorSeen = false
		}
	}
	if parts == nil { // not msb's style: a loader's complaint, or a panic
		parts = strings.FieldsFunc(stderr, func(r rune) bool { return r == '\n' || r == '\r' })
	}
	text := strings.ToValidUTF8(strings.Join(parts, "; "), "")
	if len(text) > wordsCap {
		text = strings.ToValidUTF8(text[:wordsCap], "") + "…"
	}
	return text
}

func ansi() *regexp.Regexp { return regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`) }

// machines lists the names of the machines in this home, in any state.
func (m msb) machines(ctx context.Context) ([]string, error) {
	out, err := m.call(ctx, listArgs()...)
	if err != nil {
		return nil, err
	}
	var found []struct {
		Name string `json:"name"`
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		return nil, fmt.Errorf("msb ls: %w", err)
	}
	names := make([]string, 0, len(found))
	for _, f := range found {
		names = append(names, f.Name)
	}
	return names, nil
}

// stop kills a machine; one that is not there is fine.
func (m msb) stop(ctx context.Context, name string) error { return m.insist(ctx, stopArgs(name)...) }

// remove kills and removes a machine; one that is not there is fine.
func (m msb) remove(ctx context.Context, name string) error {
	return m.insist(ctx, removeArgs(name)...)
}

// insist repeats a command that ends a machine for as long as one call may take:
// what a failure leaves is a machine that runs, and writes, and that nobody looks
// at any more.
func (m msb) insist(ctx context.Context, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	again := time.NewTicker(insistPause)
	defer again.Stop()
	for {
		_, err := m.call(ctx, args...)
		if err == nil || said(err, noMachine) {
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return err
		}
	}
}
