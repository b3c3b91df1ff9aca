package doctor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// destroyTimeout bounds the end of a sandbox.
const destroyTimeout = 15 * time.Second

// examination is one run of the doctor.
type examination struct {
	exec   executor.Executor
	caps   executor.Capabilities
	opts   Options
	dir    string // the datasets
	box    string // an empty dataset, for probes
	canary *canary

	dataset func() (string, error)
	looks   map[string]func() (findings, error)

	mu   sync.Mutex // guards made
	made []trace
}

// trace is what is known about a sandbox that was there.
type trace struct {
	id  string
	pid int // 0 if unknown
}

// admit prepares an examination. The caller dismisses it.
func admit(ctx context.Context, exec executor.Executor, opts Options) (_ *examination, err error) {
	if opts.Dir == "" {
		opts.Dir = os.TempDir()
	}
	e := &examination{opts: opts}
	e.exec = recorder{exec, e}
	if e.caps, err = exec.Probe(ctx); err != nil {
		return nil, err
	}
	if e.dir, err = scratch(opts.Dir, "leo-doctor-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.dismiss())
		}
	}()
	if e.canary, err = putUp(ctx); err != nil {
		return nil, err
	}
	e.box = filepath.Join(e.dir, "probe")
	err = errors.Join(os.Mkdir(e.box, 0o755), //nolint:gosec // sandboxes run as another user
		os.WriteFile(filepath.Join(e.box, protocol.PreparedName), []byte("data"), 0o644)) //nolint:gosec // as above
	if err != nil {
		return nil, err
	}
	e.dataset = sync.OnceValues(func() (string, error) { return e.ingest(ctx) })
	e.looks = map[string]func() (findings, error){}
	for name, order := range e.orders() {
		e.looks[name] = sync.OnceValues(func() (findings, error) { return e.look(ctx, order) })
	}
	return e, nil
}

// dismiss removes what the doctor brought.
func (e *examination) dismiss() error {
	var err error
	if e.canary != nil {
		err = e.canary.takeDown()
	}
	return errors.Join(err, os.RemoveAll(e.dir))
}

// recorder remembers the sandboxes that were made, to look for them at the end.
type recorder struct {
	executor.Executor

	e *examination
}

// Prepare implements [executor.Executor].
func (r recorder) Prepare(ctx context.Context, spec executor.Spec) (executor.Sandbox, error) {
	s, err := r.Executor.Prepare(ctx, spec)
	if err != nil {
		return nil, err
	}
	r.e.mu.Lock()
	defer r.e.mu.Unlock()
	r.e.made = append(r.e.made, trace{s.ID(), pid(s)})
	return s, nil
}

// pid is the host's id of the sandbox's first process, 0 if unknown.
func pid(s executor.Sandbox) int {
	if p, ok := s.(interface{ PID() int }); ok {
		return p.PID()
	}
	return 0
}

// run serves one request in a sandbox of its own.
func (e *examination) run(ctx context.Context, spec executor.Spec, req protocol.Request) (resp *protocol.Response, stats executor.Stats, err error) {
	err = e.with(ctx, spec, func(s executor.Sandbox) error {
		req.ID = "doctor"
		resp, stats, err = s.Run(ctx, req)
		return err
	})
	return resp, stats, err
}

// with lends a sandbox and destroys it afterwards.
func (e *examination) with(ctx context.Context, spec executor.Spec, use func(executor.Sandbox) error) (err error) {
	if spec.DataDir == "" {
		spec.DataDir = e.box
	}
	s, err := e.exec.Prepare(ctx, spec)
	if err != nil {
		return fmt.Errorf("no sandbox: %w", err)
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), destroyTimeout)
		defer cancel()
		if destroyErr := s.Destroy(closing); err == nil {
			err = destroyErr
		}
	}()
	return use(s)
}

// finding is what came of one attempt of a probe.
type finding struct{ outcome, detail string }

// findings are the rows of a probe by their names.
type findings map[string]finding

// The outcomes a probe reports; see package probe.
const (
	done        = "done"
	refused     = "refused"
	seen        = "seen"
	unsupported = "unsupported"
)

// look sends an order to a sandbox in probe mode.
func (e *examination) look(ctx context.Context, order string) (findings, error) {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	resp, stats, err := e.run(ctx, executor.Spec{Mode: protocol.Probe}, protocol.Request{QueryType: protocol.Probe, Statement: order})
	if err != nil {
		return nil, fmt.Errorf("the probe did not answer: %w %s", err, strings.TrimSpace(stats.Stderr))
	}
	found := findings{}
	for _, row := range resp.Rows {
		if len(row) != 3 {
			return nil, fmt.Errorf("the probe answers with %d columns", len(row))
		}
		found[fmt.Sprint(row[0])] = finding{fmt.Sprint(row[1]), fmt.Sprint(row[2])}
	}
	return found, nil
}

// refused fails unless attempts whose names begin with one of the prefixes were
// made and every one of them was refused.
func (f findings) refused(prefixes ...string) (string, error) {
	var tried int
	var open []string
	for name, got := range f {
		if !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) }) {
			continue
		}
		switch got.outcome {
		case refused:
			tried++
		case unsupported:
			return "", Skip("%s", got.detail)
		default:
			open = append(open, name+": "+got.detail)
		}
	}
	switch {
	case len(open) > 0:
		slices.Sort(open)
		return "", errors.New(strings.Join(open, "; "))
	case tried == 0:
		return "", errors.New("nothing was tried")
	}
	return fmt.Sprintf("%d refused", tried), nil
}

// without returns the findings but for one.
func (f findings) without(name string) findings {
	others := maps.Clone(f)
	delete(others, name)
	return others
}

// is fails unless a fact was seen and has this value.
func (f findings) is(name, want string) error {
	if got := f[name]; got.outcome != seen || got.detail != want {
		return fmt.Errorf("%s is %q (%s), want %q", name, got.detail, got.outcome, want)
	}
	return nil
}
