package kubernetes_test

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/kubernetes"
	"github.com/leo-analytics/leo/sandboxd/executor/kubernetes/kubetest"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// TestWhatKeepsAPodFromStartingIsSaid has clusters refuse pods in the ways they do.
func TestWhatKeepsAPodFromStartingIsSaid(t *testing.T) {
	p := newPlace(t)
	for _, c := range []struct {
		name   string
		change func(t *testing.T, opts *kubernetes.Options)
		says   string
	}{
		{"the image is not there", func(_ *testing.T, opts *kubernetes.Options) { opts.Image = "leo-runner:none" }, "get the image"},
		{"no node may run it", func(_ *testing.T, opts *kubernetes.Options) {
			opts.NodeSelector = map[string]string{"there-is": "none"}
		}, "No node"},
		{"the service account is not there", func(_ *testing.T, opts *kubernetes.Options) { opts.ServiceAccount = "nobody" }, "does not accept"},
		{"the runtime class is not there", func(_ *testing.T, opts *kubernetes.Options) { opts.RuntimeClass = "none" }, "does not accept"},
		{"the quota is used up", p.quota, "quota"},
	} {
		t.Run(c.name, func(t *testing.T) {
			opts := p.options(t, executortest.ProbeBinary(t))
			c.change(t, &opts)
			e := open(t, opts)
			_, err := e.Probe(t.Context())
			if fault.CodeOf(err) != fault.Unavailable || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v (%v), want that it %s", err, errors.Unwrap(err), c.says)
			}
			if err := e.Close(context.Background()); err != nil {
				t.Error(err)
			}
			p.empty(t)
		})
	}
}

func (p *place) quota(t *testing.T, _ *kubernetes.Options) {
	t.Helper()
	quotas := p.cluster.Client.CoreV1().ResourceQuotas(p.namespace)
	_, err := quotas.Create(context.Background(), &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "none"},
		Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{corev1.ResourcePods: resource.MustParse("0")}},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	kubetest.Eventually(t, "the quota counts", func() bool {
		q, err := quotas.Get(context.Background(), "none", metav1.GetOptions{})
		return err == nil && len(q.Status.Hard) > 0
	})
	t.Cleanup(func() {
		if err := quotas.Delete(context.Background(), "none", metav1.DeleteOptions{}); err != nil {
			t.Error(err)
		}
	})
}

// empty waits until nothing is left of any sandbox.
func (p *place) empty(t *testing.T) {
	t.Helper()
	kubetest.Eventually(t, "nothing is left", func() bool { return len(p.leftovers(t, nil)) == 0 })
}

// sandbox prepares one over a small dataset.
func sandbox(t *testing.T, e executor.Executor, timeout time.Duration) executor.Sandbox {
	t.Helper()
	s, err := e.Prepare(t.Context(), executor.Spec{
		Mode: protocol.SQL, DataDir: executortest.Dataset(t, map[string]string{protocol.PreparedName: "prepared"}),
		Limits: executor.Limits{Timeout: timeout},
	})
	if err != nil {
		t.Fatalf("%v (%v)", err, errors.Unwrap(err))
	}
	t.Cleanup(func() {
		if err := s.Destroy(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

func order(text string) protocol.Request {
	return protocol.Request{ID: "request-1", QueryType: protocol.SQL, Statement: text, MaxRows: 10}
}

// pod is the only pod there is.
func (p *place) pod(t *testing.T) corev1.Pod {
	t.Helper()
	list, err := p.cluster.Client.CoreV1().Pods(p.namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil || len(list.Items) != 1 {
		t.Fatalf("%d pods, %v", len(list.Items), err)
	}
	return list.Items[0]
}

// claimed waits until the pod has a run.
func (p *place) claimed(t *testing.T) corev1.Pod {
	t.Helper()
	kubetest.Eventually(t, "the pod is claimed", func() bool { return p.pod(t).Labels["leo.analytics/claimed"] == "yes" })
	return p.pod(t)
}

func TestAPodIsClaimedOnceAndSaysForWhat(t *testing.T) {
	p := newPlace(t)
	e := p.factory(t, executortest.ProbeBinary(t))
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	s := sandbox(t, e, 20*time.Second)
	if got := p.pod(t).Labels["leo.analytics/claimed"]; got != "no" {
		t.Errorf("a pod that waits is claimed: %q", got)
	}
	if _, _, err := s.Run(t.Context(), order("echo well")); err != nil {
		t.Errorf("%v (%v)", err, errors.Unwrap(err))
	}
	pod := p.pod(t)
	if pod.Labels["leo.analytics/claimed"] != "yes" || pod.Annotations["leo.analytics/run"] != "request-1" {
		t.Errorf("labels %v, annotations %v", pod.Labels, pod.Annotations)
	}
	if err := s.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}

	s = sandbox(t, e, 20*time.Second)
	_, err := p.cluster.Client.CoreV1().Pods(p.namespace).Patch(t.Context(), p.pod(t).Name, types.MergePatchType,
		[]byte(`{"metadata":{"labels":{"leo.analytics/claimed":"yes"}}}`), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if resp, _, err := s.Run(t.Context(), order("echo well")); fault.CodeOf(err) != fault.Unavailable || resp != nil {
		t.Errorf("a pod that is another's answers %v, %v", resp, err)
	}
}

// TestALostPodIsUnavailable takes pods away while they run.
func TestALostPodIsUnavailable(t *testing.T) {
	p := newPlace(t)
	e := p.factory(t, executortest.ProbeBinary(t))
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	for name, take := range map[string]func(t *testing.T, pod corev1.Pod) error{
		"deleted": func(t *testing.T, pod corev1.Pod) error {
			t.Helper()
			return p.cluster.Client.CoreV1().Pods(p.namespace).Delete(t.Context(), pod.Name, metav1.DeleteOptions{})
		},
		"its deadline": func(t *testing.T, pod corev1.Pod) error {
			t.Helper()
			_, err := p.cluster.Client.BatchV1().Jobs(p.namespace).Patch(t.Context(), pod.Labels["job-name"], types.MergePatchType,
				[]byte(`{"spec":{"activeDeadlineSeconds":1}}`), metav1.PatchOptions{})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := sandbox(t, e, time.Minute)
			ended := make(chan error, 1)
			go func() {
				_, _, err := s.Run(t.Context(), order("hang"))
				ended <- err
			}()
			if err := take(t, p.claimed(t)); err != nil {
				t.Error(err)
			}
			if err := <-ended; fault.CodeOf(err) != fault.Unavailable {
				t.Errorf("%v (%v)", err, errors.Unwrap(err))
			}
		})
		p.empty(t)
	}
}

func TestAnIdlePodGoesWhenItIsOld(t *testing.T) {
	p := newPlace(t)
	opts := p.options(t, executortest.ProbeBinary(t))
	opts.MaxAge = 3 * time.Second
	e := open(t, opts)
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	s := sandbox(t, e, 20*time.Second)
	select {
	case <-s.Done():
	case <-time.After(time.Minute):
		t.Error("it is still there")
	}
}

// TestAnAnswerSurvivesTheConnection cuts every connection to the API server while a
// statement runs: the answer is read from the pod's log.
func TestAnAnswerSurvivesTheConnection(t *testing.T) {
	p := newPlace(t)
	between := proxy(t, p.cluster.Config.Host)
	opts := p.options(t, executortest.RunnerBinary(t))
	opts.Kubeconfig = between.kubeconfig(t)
	e := open(t, opts)
	t.Cleanup(func() { _ = e.Close(context.Background()) })

	prepared := executortest.Prepared(t, map[string]string{"orders": "id,amount\n1,2\n"})
	slow := func(s executor.Sandbox) <-chan error {
		ended := make(chan error, 1)
		go func() {
			req := order("SELECT count(*) AS n FROM range(100000) a, range(40000) b WHERE (a.range + b.range) % 7 = 3")
			resp, _, err := s.Run(t.Context(), req)
			if err == nil && (len(resp.Rows) != 1 || len(resp.Rows[0]) != 1) {
				err = errors.New("there is no row")
			}
			ended <- err
		}()
		return ended
	}
	prepare := func() executor.Sandbox {
		s, err := e.Prepare(t.Context(), executor.Spec{Mode: protocol.SQL, DataDir: prepared, Limits: executor.Limits{Timeout: time.Minute}})
		if err != nil {
			t.Fatalf("%v (%v)", err, errors.Unwrap(err))
		}
		return s
	}
	s := prepare()
	ended := slow(s)
	p.claimed(t)
	between.cut()
	if err := <-ended; err != nil {
		t.Errorf("%v (%v)", err, errors.Unwrap(err))
	}
	if err := s.Destroy(t.Context()); err != nil {
		t.Error(err)
	}
	p.empty(t)

	// And when nobody answers any more, the run is not left waiting.
	s = prepare()
	ended = slow(s)
	p.claimed(t)
	between.close()
	if err := <-ended; fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("%v (%v)", err, errors.Unwrap(err))
	}
	if _, err := e.Probe(t.Context()); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("without an API server: %v", err)
	}
	between.open(t)
	if err := s.Destroy(context.Background()); err != nil {
		t.Logf("destroy: %v", err)
	}
	p.empty(t)
}

// relay is a TCP proxy that can fail.
type relay struct {
	to, address string
	accepting   sync.WaitGroup

	mu       sync.Mutex // guards what follows
	listener net.Listener
	conns    []net.Conn
}

func proxy(t *testing.T, host string) *relay {
	t.Helper()
	r := &relay{to: strings.TrimPrefix(host, "https://"), address: "127.0.0.1:0"}
	r.open(t)
	t.Cleanup(r.close)
	return r
}

func (r *relay) open(t *testing.T) {
	t.Helper()
	listener, err := net.Listen("tcp", r.address)
	if err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	r.listener, r.address = listener, listener.Addr().String()
	r.mu.Unlock()
	r.accepting.Go(func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", r.to)
			if err != nil {
				_ = in.Close()
				continue
			}
			r.mu.Lock()
			r.conns = append(r.conns, in, out)
			r.mu.Unlock()
			for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
				r.accepting.Go(func() {
					_, _ = io.Copy(way[0], way[1])
					_ = way[0].Close()
					_ = way[1].Close()
				})
			}
		}
	})
}

func (r *relay) cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.conns {
		_ = c.Close()
	}
	r.conns = nil
}

func (r *relay) close() {
	r.mu.Lock()
	_ = r.listener.Close()
	r.mu.Unlock()
	r.cut()
	r.accepting.Wait()
}

// kubeconfig is the cluster's, through the relay.
func (r *relay) kubeconfig(t *testing.T) string {
	t.Helper()
	config, err := clientcmd.LoadFromFile(kubetest.Env("KUBECONFIG"))
	if err != nil {
		t.Fatal(err)
	}
	if err := clientcmd.ResolveLocalPaths(config); err != nil {
		t.Fatal(err)
	}
	for _, cluster := range config.Clusters {
		cluster.TLSServerName, _, _ = net.SplitHostPort(r.to)
		cluster.Server = "https://" + r.address
	}
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := clientcmd.WriteToFile(*config, file); err != nil {
		t.Fatal(err)
	}
	return file
}
