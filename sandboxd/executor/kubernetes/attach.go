package kubernetes

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/tools/remotecommand"
	"k8s.io/streaming/pkg/httpstream"

	"github.com/leo-analytics/leo/sandboxd/executor"
)

const (
	// attachments is how often attaching is tried, and claims how often claiming is.
	attachments, claims = 4, 5
	// endGrace is how long after its streams a container may be said to have ended. The
	// kubelet looks once a second.
	endGrace = 4 * time.Second
)

// attach connects to the container and hands its first stage the configuration, before
// which it says nothing: no output is missed.
func (p *process) attach(ctx context.Context, config []byte) (executor.Streams, error) {
	var err error
	for try := range attachments {
		if try > 0 && !pause(ctx, backoff(try)) {
			break
		}
		var streams executor.Streams
		if streams, err = p.attachOnce(ctx, config); err == nil {
			return streams, nil
		}
		if p.e.pods.look(p.id).over() {
			break
		}
	}
	if ctx.Err() == nil {
		// Nothing was said yet: another pod may be luckier.
		err = errors.Join(errLost, err)
	}
	return executor.Streams{}, fmt.Errorf("attach: %w", err)
}

// errLost says that the connection to a container failed.
var errLost = errors.New("the connection to the pod was lost")

func (p *process) attachOnce(ctx context.Context, config []byte) (executor.Streams, error) {
	connection, err := p.connection()
	if err != nil {
		return executor.Streams{}, err
	}
	stdin, toStdin := io.Pipe()
	stdout, toStdout := io.Pipe()
	stderr, toStderr := io.Pipe()
	attached, cut := context.WithCancel(p.attachment)
	out := &sink{w: toStdout}
	failed := make(chan error, 1)
	var settled atomic.Bool // whether the first stage was told what to do
	p.background.Go(func() {
		err := connection.StreamWithContext(attached, remotecommand.StreamOptions{Stdin: stdin, Stdout: out, Stderr: &sink{w: toStderr}})
		_ = stdin.CloseWithError(errors.Join(errLost, err))
		if settled.Load() {
			err = p.finish(out, err)
		}
		_ = toStdout.CloseWithError(err)
		_ = toStderr.CloseWithError(err)
		failed <- err
	})
	unhook := context.AfterFunc(ctx, cut)
	settled.Store(true)
	if _, err := toStdin.Write(config); err != nil || !unhook() {
		settled.Store(false)
		cut()
		_ = stdout.Close()
		_ = stderr.Close()
		return executor.Streams{}, errors.Join(<-failed, context.Cause(ctx))
	}
	return executor.Streams{Stdin: &requests{p: p, w: toStdin}, Stdout: stdout, Stderr: stderr}, nil
}

// connection is how the container is attached to: by WebSocket, and where something on
// the way does not know that, by SPDY.
func (p *process) connection() (remotecommand.Executor, error) {
	url := p.e.core.RESTClient().Post().Resource("pods").Namespace(p.e.opts.Namespace).Name(p.pod).SubResource("attach").
		VersionedParams(&corev1.PodAttachOptions{Container: container, Stdin: true, Stdout: true, Stderr: true}, scheme.ParameterCodec).URL()
	socket, err := remotecommand.NewWebSocketExecutor(p.e.rest, http.MethodGet, url.String())
	if err != nil {
		return nil, fmt.Errorf("attach: %w", err)
	}
	spdy, err := remotecommand.NewSPDYExecutor(p.e.rest, http.MethodPost, url)
	if err != nil {
		return nil, fmt.Errorf("attach: %w", err)
	}
	both, err := remotecommand.NewFallbackExecutor(socket, spdy, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	})
	if err != nil {
		return nil, fmt.Errorf("attach: %w", err)
	}
	return both, nil
}

// finish is called when the connection has ended. A container that ended, too, said all
// it had to say. One that goes on, with a request, is answering: what it says is in the log of its
// pod. It returns what the readers of the streams get, io.EOF as nil.
func (p *process) finish(out *sink, err error) error {
	if p.wasKilled() {
		return errLost
	}
	ctx, cancel := context.WithTimeout(p.attachment, endGrace)
	defer cancel()
	if err == nil {
		_, err = p.e.pods.until(ctx, p.id, func(now sight) (bool, error) { return now.over(), nil })
		if err == nil || p.wasKilled() {
			return err
		}
	}
	p.e.opts.Logger.Warn("the connection to a sandbox broke", "sandbox", p.id, "error", err)
	if p.state.Load() == claimed {
		if logErr := p.readLog(out); logErr == nil {
			return nil
		} else {
			err = errors.Join(err, logErr)
		}
	}
	p.lost.Store(true)
	p.leave() // its end may never be seen
	return errors.Join(errLost, err)
}

// readLog goes on with standard output in the log, to its end. The log has standard error
// between its lines: what belongs to the protocol begins with a brace.
func (p *process) readLog(out *sink) error {
	log, err := p.e.core.Pods(p.e.opts.Namespace).GetLogs(p.pod, &corev1.PodLogOptions{Container: container, Follow: true}).Stream(p.attachment)
	if err != nil {
		return fmt.Errorf("read the pod's log: %w", err)
	}
	defer func() { _ = log.Close() }()
	skip := out.passed.Load()
	lines := bufio.NewReaderSize(log, 64<<10)
	for {
		line, err := lines.ReadSlice('\n')
		mine := len(line) > 0 && line[0] == '{'
		for {
			if mine {
				rest := line[min(skip, int64(len(line))):]
				skip -= int64(len(line) - len(rest))
				if _, err := out.Write(rest); err != nil {
					return err
				}
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
			line, err = lines.ReadSlice('\n')
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the pod's log: %w", err)
		}
	}
}

// sink counts what passes, and swallows what nobody reads any more: the other
// stream must go on.
type sink struct {
	w      *io.PipeWriter
	passed atomic.Int64
}

// Write implements [io.Writer].
func (s *sink) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	s.passed.Add(int64(n))
	if err != nil && !errors.Is(err, io.ErrClosedPipe) {
		return n, err
	}
	return len(b), nil
}

// requests is the standard input of a ready runner: what is written first is a request,
// and claims the pod for it.
type requests struct {
	p *process
	w *io.PipeWriter
}

// Write implements [io.Writer].
func (r *requests) Write(line []byte) (int, error) {
	if err := r.p.claim(line); err != nil {
		r.p.lost.Store(true)
		return 0, err
	}
	return r.w.Write(line)
}

// Close implements [io.Closer].
func (r *requests) Close() error { return r.w.Close() }

// claim writes to the pod which run has it, once: the label goes from no to yes on
// the version of the pod where it was no, whoever else tries.
func (p *process) claim(request []byte) error {
	if !p.state.CompareAndSwap(idle, claimed) {
		if p.state.Load() == claimed {
			return nil // more of the same request
		}
		return errors.New("the sandbox is too old for another run")
	}
	var head struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(request, &head); err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	ctx, cancel := context.WithTimeout(p.attachment, callTimeout)
	defer cancel()
	pod := p.e.pods.look(p.id).pod
	var err error
	for range claims {
		if pod == nil || pod.Labels[labelClaimed] != "no" {
			return errors.New("claim: the pod is gone, or another's")
		}
		var patch []byte
		if patch, err = json.Marshal(map[string]any{"metadata": map[string]any{
			"resourceVersion": pod.ResourceVersion,
			"labels":          map[string]string{labelClaimed: "yes"},
			"annotations":     map[string]string{annotationRun: head.ID},
		}}); err != nil {
			return fmt.Errorf("claim: %w", err)
		}
		api := p.e.core.Pods(p.e.opts.Namespace)
		if _, err = api.Patch(ctx, p.pod, types.MergePatchType, patch, metav1.PatchOptions{}); !apierrors.IsConflict(err) {
			break
		}
		// Its status changed since it was last seen.
		if pod, err = api.Get(ctx, p.pod, metav1.GetOptions{}); err != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("claim: %w", err)
	}
	return nil
}
