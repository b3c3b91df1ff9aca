package kubernetes_test

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/kubernetes"
	"github.com/leo-analytics/leo/sandboxd/executor/kubernetes/kubetest"
)

var own = executortest.DefineOwnFlag() //nolint:gochecknoglobals // flags are defined before a test binary parses them

// TestMain has everything the tests write where the cluster sees it.
func TestMain(m *testing.M) {
	code := 1
	func() {
		parent := kubetest.Dir()
		if root := kubetest.Env(ownRoot); root != "" {
			parent = root
		}
		dir, err := os.MkdirTemp(parent, "leo-k8s-test-")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		if err := os.Setenv("TMPDIR", dir); err != nil {
			panic(err)
		}
		code = m.Run()
	}()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			println(err.Error())
			code = 1
		}
	}
	os.Exit(code) //nolint:forbidigo // as goleak does, after the directory is gone
}

// place is where the tests' sandboxes are.
type place struct {
	cluster   *kubetest.Cluster
	namespace string
	claim     string

	mu     sync.Mutex        // guards images
	images map[string]string // by the path of their binary
}

// Of the process whose sandboxes are orphaned: where it makes them, and of what.
const (
	ownNamespace = "LEO_TEST_NAMESPACE"
	ownImage     = "LEO_TEST_IMAGE"
	ownRoot      = "LEO_TEST_ROOT"
)

func newPlace(tb testing.TB) *place {
	tb.Helper()
	c := kubetest.Open(tb)
	p := &place{cluster: c, namespace: c.Namespace(tb), images: map[string]string{}}
	p.claim = c.Claim(tb, p.namespace, os.TempDir())
	return p
}

func (p *place) image(tb testing.TB, binary string) string {
	tb.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.images[binary]; !ok {
		p.images[binary] = kubetest.RunnerImage(tb, binary)
	}
	return p.images[binary]
}

func (p *place) options(tb testing.TB, runner string) kubernetes.Options {
	tb.Helper()
	return kubernetes.Options{
		Namespace: p.namespace, Image: p.image(tb, runner), Claim: p.claim, ClaimRoot: os.TempDir(),
		Logger: executortest.Logger(),
	}
}

func (p *place) factory(tb testing.TB, runner string) executor.Executor {
	tb.Helper()
	return open(tb, p.options(tb, runner))
}

func open(tb testing.TB, opts kubernetes.Options) *kubernetes.Executor {
	tb.Helper()
	e, err := kubernetes.New(opts)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

func TestConformance(t *testing.T) {
	p := newPlace(t)
	probe := executortest.ProbeBinary(t)
	t.Setenv(ownNamespace, p.namespace)
	t.Setenv(ownImage, p.image(t, probe))
	t.Setenv(ownRoot, os.TempDir())
	executortest.Run(t, p.factory, executortest.Options{
		Probe:          probe,
		Leftovers:      p.leftovers,
		Slow:           10 * time.Second,
		OwnerArgs:      []string{"-test.run=^TestOwner$", "-test.v"},
		SkipStatements: true,
	})
}

// TestOwner is not a test: see executortest.Own.
func TestOwner(t *testing.T) {
	if *own == "" {
		t.Skip("runs in a second process only")
	}
	namespace, image, root := kubetest.Env(ownNamespace), kubetest.Env(ownImage), kubetest.Env(ownRoot)
	executortest.Own(t, open(t, kubernetes.Options{
		Namespace: namespace, Image: image, Claim: "datasets", ClaimRoot: root, Logger: executortest.Logger(),
	}))
}

// leftovers lists the Jobs and pods there are.
func (p *place) leftovers(tb testing.TB, _ executor.Executor) []string {
	tb.Helper()
	var found []string
	jobs, err := p.cluster.Client.BatchV1().Jobs(p.namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	for _, job := range jobs.Items {
		found = append(found, "job "+job.Name)
	}
	pods, err := p.cluster.Client.CoreV1().Pods(p.namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	for _, pod := range pods.Items {
		found = append(found, "pod "+pod.Name)
	}
	slices.Sort(found)
	return found
}
