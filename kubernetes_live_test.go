package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/datasets/datasetstest"
	"github.com/leo-analytics/leo/deploy/images/oci"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
	"github.com/leo-analytics/leo/sandboxd/executor/kubernetes/kubetest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/run"
)

// release is Leo, installed in a live cluster by its chart.
type release struct {
	t         *testing.T
	cluster   *kubetest.Cluster
	namespace string
	values    []string
	token     string
	base      string
}

// TestKubernetes installs the chart in a live cluster, asks it, breaks it, upgrades it under
// load and takes it away again.
func TestKubernetes(t *testing.T) {
	r := install(t)
	ids := r.prompts()
	r.onePodForEach(ids)
	ids = append(ids, r.losesSandboxd()...)
	ids = append(ids, r.upgradesUnderLoad()...)
	all := map[string]bool{}
	for _, id := range ids {
		all[id] = true
	}
	events, kinds := checkEnds(t.Context(), t, r.client(), all)
	t.Logf("COUNT %d questions in Kubernetes: %d events, ends %v, each once\n", len(all), events, kinds)
	r.testsItself()
	r.leavesNothing()
}

// helm runs helm, which comes from LEO_HELM or the path.
func (r *release) helm(args ...string) {
	r.t.Helper()
	binary := kubetest.Env("LEO_HELM")
	if binary == "" {
		binary = "helm"
	}
	path, err := exec.LookPath(binary)
	if err != nil {
		executortest.Require(r.t, "helm", err)
	}
	out, err := exec.CommandContext(r.t.Context(), path, append(args, "--namespace", r.namespace)...).CombinedOutput()
	if err != nil {
		r.t.Fatalf("helm %v: %v\n%s", args, err, out)
	}
}

func install(t *testing.T) *release {
	t.Helper()
	r := &release{t: t, cluster: kubetest.Open(t)}
	r.namespace = r.cluster.Namespace(t)
	leo := kubetest.Load(t, oci.Leo(executortest.Program(t, "leo", "."), runtime.GOARCH))
	runner := kubetest.RunnerImage(t, executortest.RunnerBinary(t))
	nats := kubetest.Load(t, oci.Program("nats", executortest.Program(t, "nats", "github.com/nats-io/nats-server/v2"), "/usr/bin/nats-server", runtime.GOARCH))
	// Each of two sandboxd, one more while they are replaced, NATS and the archive.
	dir, err := os.MkdirTemp(kubetest.Dir(), "leo-k8s-test-") //nolint:usetesting // where the cluster sees it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	for i := range 12 {
		volume := filepath.Join(dir, strconv.Itoa(i))
		if err := errors.Join(os.Mkdir(volume, 0o700), os.Chmod(volume, 0o777)); err != nil {
			t.Fatal(err)
		}
		r.cluster.Volume(t, volume, r.namespace, corev1.ReadWriteOnce)
	}
	tag := func(ref string) string { return ref[strings.LastIndexByte(ref, ':')+1:] }
	r.values = []string{
		"--set", "image.tag=" + tag(leo), "--set", "sandboxes.image.tag=" + tag(runner), "--set", "nats.image.tag=" + tag(nats),
		"--set", "sandboxes.slots=2", "--set", "sandboxes.warm=2", "--set", "redis.enabled=false", "--set", "service.type=NodePort",
		"--set", "sandboxd.cache.size=1Gi", "--set", "nats.storage.size=1Gi", "--set", "syncer.archive.size=1Gi",
		"--set", "sandboxd.cache.storageClassName=" + r.namespace, "--set", "nats.storage.storageClassName=" + r.namespace,
		"--set", "syncer.archive.storageClassName=" + r.namespace,
	}
	for _, role := range []string{"gateway", "planner", "sandboxd"} {
		r.values = append(r.values, "--set", role+".resources.requests.cpu=10m")
	}
	began := time.Now()
	r.helm(append([]string{"install", "leo", "helm/leo", "--wait", "--timeout", "3m"}, r.values...)...)
	t.Logf("installed in %v", time.Since(began).Round(100*time.Millisecond))
	r.reach()
	if out, err := r.exec("gateway", "/leo", "dataset", "demo"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	kubetest.Eventually(t, "the demo datasets are ready", func() bool {
		var list struct {
			Datasets []datasetSummary `json:"datasets"`
		}
		if err := r.client().call(t.Context(), http.MethodGet, "/api/v1/datasets", nil, &list); err != nil {
			t.Fatal(err)
		}
		ready := 0
		for _, d := range list.Datasets {
			if d.State == "failed" {
				t.Fatal(d.Fault)
			}
			if d.State == "ready" {
				ready++
			}
		}
		return ready == 3
	})
	return r
}

// reach finds the first token and the address of the gateway.
func (r *release) reach() {
	r.t.Helper()
	ctx := r.t.Context()
	secret, err := r.cluster.Client.CoreV1().Secrets(r.namespace).Get(ctx, "leo-secrets", metav1.GetOptions{})
	if err != nil {
		r.t.Fatal(err)
	}
	r.token = string(secret.Data["first-token"])
	service, err := r.cluster.Client.CoreV1().Services(r.namespace).Get(ctx, "leo-gateway", metav1.GetOptions{})
	if err != nil {
		r.t.Fatal(err)
	}
	nodes, err := r.cluster.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, address := range nodes.Items[0].Status.Addresses {
		if address.Type == corev1.NodeInternalIP {
			r.base = "http://" + net.JoinHostPort(address.Address, strconv.Itoa(int(service.Spec.Ports[0].NodePort)))
		}
	}
}

func (r *release) client() *client {
	return &client{base: r.base, token: r.token, http: &http.Client{}}
}

func (r *release) asker() *testLeo { return &testLeo{client: *r.client()} }

// pods are those of a component that are not on their way out.
func (r *release) pods(component string) []corev1.Pod {
	r.t.Helper()
	list, err := r.cluster.Client.CoreV1().Pods(r.namespace).List(context.Background(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/component=" + component})
	if err != nil {
		r.t.Fatal(err)
	}
	return slices.DeleteFunc(list.Items, func(p corev1.Pod) bool { return p.DeletionTimestamp != nil })
}

// exec runs a program in a pod of a component.
func (r *release) exec(component string, command ...string) (string, error) {
	r.t.Helper()
	var out bytes.Buffer
	err := r.cluster.Exec(r.t.Context(), r.namespace, r.pods(component)[0].Name, component, command, &out)
	return out.String(), err
}

// prompts asks the demo prompts.
func (r *release) prompts() (ids []string) {
	r.t.Helper()
	l := r.asker()
	for _, d := range datasets.LoadRegistry().Datasets {
		for _, q := range datasetstest.Questions(r.t, d.ID) {
			c := l.ask(r.t, map[string]any{"dataset_id": d.ID, "question": q.Question, "limits": map[string]any{"max_rows": 1000}})
			if err := matches(q, c, l.rows(r.t, c)); err != nil {
				r.t.Errorf("%s: %v\n%s", q.ID, err, c.CompiledSQL)
			}
			ids = append(ids, c.RunID)
		}
	}
	r.t.Logf("COUNT %d prompts answered right in Kubernetes\n", len(ids))
	return ids
}

// onePodForEach looks whether each run says it was in a sandbox of its own, of the cluster.
func (r *release) onePodForEach(ids []string) {
	r.t.Helper()
	seen := map[string]string{}
	err := r.client().lines(r.t.Context(), "/api/v1/audit/events", func(line []byte) error {
		e, err := event.Decode(decode[logged](r.t, line).Data)
		if err != nil {
			return err
		}
		started, ok := e.Body.(event.Started)
		if !ok {
			return nil
		}
		if started.Executor != "kubernetes" || seen[started.SandboxID] != "" {
			r.t.Errorf("run %s: %+v, which %q had", e.RunID, started, seen[started.SandboxID])
		}
		seen[started.SandboxID] = e.RunID
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if len(seen) < len(ids) {
		r.t.Errorf("%d sandboxes for %d runs", len(seen), len(ids))
	}
	r.t.Logf("COUNT %d Jobs for %d runs\n", len(seen), len(ids))
}

// asking asks until stop, from several sides at once.
func (r *release) asking() (stop func() []string) {
	r.t.Helper()
	q := datasetstest.Questions(r.t, "ecommerce")
	ctx, cancel := context.WithCancel(r.t.Context())
	var mu sync.Mutex
	var ids []string
	var askers sync.WaitGroup
	for n := range 3 {
		askers.Go(func() {
			l := r.asker()
			for i := n; ctx.Err() == nil; i++ {
				c := l.ask(r.t, map[string]any{"dataset_id": "ecommerce", "question": q[i%len(q)].Question, "fresh": i%2 == 0})
				if c.Status != run.Succeeded {
					r.t.Errorf("run %s is %s: %+v", c.RunID, c.Status, c.Error)
				}
				mu.Lock()
				ids = append(ids, c.RunID)
				mu.Unlock()
			}
		})
	}
	return func() []string {
		cancel()
		askers.Wait()
		return ids
	}
}

// losesSandboxd kills each sandboxd under load.
func (r *release) losesSandboxd() []string {
	r.t.Helper()
	stop := r.asking()
	for _, pod := range r.pods("sandboxd") {
		now := int64(0)
		if err := r.cluster.Client.CoreV1().Pods(r.namespace).Delete(r.t.Context(), pod.Name, metav1.DeleteOptions{GracePeriodSeconds: &now}); err != nil {
			r.t.Error(err)
		}
		r.settled("sandboxd", pod.Name)
	}
	ids := stop()
	r.t.Logf("COUNT %d questions while each sandboxd was killed, 0 failed\n", len(ids))
	return ids
}

// settled waits until a pod is gone and as many as there should be are ready.
func (r *release) settled(component, gone string) {
	r.t.Helper()
	kubetest.Eventually(r.t, "there are two "+component+" again", func() bool {
		var ready int
		for _, p := range r.pods(component) {
			for _, c := range p.Status.Conditions {
				if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue && p.Name != gone {
					ready++
				}
			}
		}
		return ready == 2
	})
}

// upgradesUnderLoad replaces every role while questions are asked.
func (r *release) upgradesUnderLoad() []string {
	r.t.Helper()
	stop := r.asking()
	before := r.pods("gateway")[0].Name
	r.helm(append([]string{"upgrade", "leo", "helm/leo", "--wait", "--timeout", "4m", "--set", "config.LEO_LOG_LEVEL=warn"}, r.values...)...)
	ids := stop()
	if slices.ContainsFunc(r.pods("gateway"), func(p corev1.Pod) bool { return p.Name == before }) {
		r.t.Error("nothing was replaced")
	}
	r.t.Logf("COUNT %d questions during an upgrade, 0 failed\n", len(ids))
	return ids
}

func (r *release) testsItself() {
	r.t.Helper()
	r.helm("test", "leo", "--timeout", "2m")
}

// leavesNothing uninstalls, and looks for what is left but what is meant to be.
func (r *release) leavesNothing() {
	r.t.Helper()
	r.helm("uninstall", "leo", "--wait", "--timeout", "2m")
	var left []string
	kubetest.Eventually(r.t, "nothing is left", func() bool {
		left = nil
		jobs, err := r.cluster.Client.BatchV1().Jobs(r.namespace).List(context.Background(), metav1.ListOptions{})
		if err != nil {
			return false
		}
		for _, j := range jobs.Items {
			left = append(left, "job "+j.Name)
		}
		pods, err := r.cluster.Client.CoreV1().Pods(r.namespace).List(context.Background(), metav1.ListOptions{})
		if err != nil {
			return false
		}
		for _, p := range pods.Items {
			left = append(left, "pod "+p.Name)
		}
		return len(left) == 0
	})
	claims, err := r.cluster.Client.CoreV1().PersistentVolumeClaims(r.namespace).List(context.Background(), metav1.ListOptions{})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, c := range claims.Items {
		// The log and its archive stay.
		if c.DeletionTimestamp == nil && c.Name != "leo-archive" && !strings.HasPrefix(c.Name, "data-leo-nats-") {
			r.t.Errorf("claim %s is left", c.Name)
		}
	}
	fmt.Fprintln(os.Stdout, "COUNT an uninstall left 0 pods and 0 jobs")
}
