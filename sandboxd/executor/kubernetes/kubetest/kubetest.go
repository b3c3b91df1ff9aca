package kubetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/remotecommand"

	"github.com/leo-analytics/leo/deploy/images/oci"
	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
)

// patience is how long a cluster may take to do something simple.
const patience = 2 * time.Minute

// Cluster is a live cluster.
type Cluster struct {
	Config *rest.Config
	Client kubernetes.Interface
}

// Open returns the cluster. Without one it skips the test, or fails it where LEO_REQUIRE
// names kubernetes.
func Open(tb testing.TB) *Cluster {
	tb.Helper()
	file := Env("KUBECONFIG")
	if file == "" {
		executortest.Require(tb, "kubernetes", errors.New("KUBECONFIG names no cluster"))
	}
	config, err := clientcmd.BuildConfigFromFlags("", file)
	if err != nil {
		tb.Fatal(err)
	}
	config.QPS, config.Burst = 100, 200
	if err := rest.LoadTLSFiles(config); err != nil {
		tb.Fatal(err)
	}
	transport, err := rest.HTTPClientFor(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { utilnet.CloseIdleConnectionsFor(transport.Transport) })
	client, err := kubernetes.NewForConfigAndClient(config, transport)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := client.Discovery().ServerVersion(); err != nil {
		executortest.Require(tb, "kubernetes", err)
	}
	return &Cluster{Config: config, Client: client}
}

// Env is a setting of the test run.
//
//nolint:forbidigo // it belongs to the test run, not to the product's configuration
func Env(name string) string { return os.Getenv(name) }

// Dir is where directories are that the cluster's node sees, too.
func Dir() string {
	if dir := Env("LEO_K8S_DIR"); dir != "" {
		return dir
	}
	return os.TempDir()
}

// Namespace makes a namespace, which goes with the test.
func (c *Cluster) Namespace(tb testing.TB) string {
	tb.Helper()
	ctx := context.Background()
	made, err := c.Client.CoreV1().Namespaces().Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		GenerateName: "leo-test-", Labels: map[string]string{
			"pod-security.kubernetes.io/enforce": "restricted", "pod-security.kubernetes.io/warn": "restricted",
		},
	}}, metav1.CreateOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := c.Client.CoreV1().Namespaces().Delete(ctx, made.Name, metav1.DeleteOptions{}); err != nil {
			tb.Errorf("delete namespace: %v", err)
			return
		}
		Eventually(tb, "namespace "+made.Name+" is gone", func() bool {
			_, err := c.Client.CoreV1().Namespaces().Get(ctx, made.Name, metav1.GetOptions{})
			return err != nil
		})
	})
	Eventually(tb, "the namespace has its service account", func() bool {
		_, err := c.Client.CoreV1().ServiceAccounts(made.Name).Get(ctx, "default", metav1.GetOptions{})
		return err == nil
	})
	return made.Name
}

// Volume makes dir a volume that claims of the class can have, which goes with
// the test.
func (c *Cluster) Volume(tb testing.TB, dir, class string, mode corev1.PersistentVolumeAccessMode) {
	tb.Helper()
	ctx := context.Background()
	made, err := c.Client.CoreV1().PersistentVolumes().Create(ctx, &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{GenerateName: "leo-test-"},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("10Gi")},
			AccessModes:                   []corev1.PersistentVolumeAccessMode{mode},
			StorageClassName:              class,
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimRetain,
			PersistentVolumeSource:        corev1.PersistentVolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: dir}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := c.Client.CoreV1().PersistentVolumes().Delete(ctx, made.Name, metav1.DeleteOptions{}); err != nil {
			tb.Errorf("delete volume: %v", err)
		}
	})
}

// Claim makes a claim in a namespace over dir, and waits until it has it.
func (c *Cluster) Claim(tb testing.TB, namespace, dir string) string {
	tb.Helper()
	ctx := context.Background()
	c.Volume(tb, dir, namespace, corev1.ReadWriteMany)
	_, err := c.Client.CoreV1().PersistentVolumeClaims(namespace).Create(ctx, &corev1.PersistentVolumeClaim{
		ObjectMeta: metav1.ObjectMeta{Name: "datasets"},
		Spec: corev1.PersistentVolumeClaimSpec{
			AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteMany}, StorageClassName: &namespace,
			Resources: corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	Eventually(tb, "the claim has its volume", func() bool {
		claim, err := c.Client.CoreV1().PersistentVolumeClaims(namespace).Get(ctx, "datasets", metav1.GetOptions{})
		return err == nil && claim.Status.Phase == corev1.ClaimBound
	})
	return "datasets"
}

// Load builds an image, loads it into the cluster and returns its name.
func Load(tb testing.TB, i oci.Image) string {
	tb.Helper()
	command := strings.Fields(Env("LEO_K8S_LOAD"))
	if len(command) == 0 {
		tb.Fatal("LEO_K8S_LOAD does not say how images get into the cluster")
	}
	built, err := i.Build("test")
	if err != nil {
		tb.Fatal(err)
	}
	digest, err := built.Digest()
	if err != nil {
		tb.Fatal(err)
	}
	ref := i.Name + ":" + digest.Hex[:16]
	archive := filepath.Join(tb.TempDir(), "image.tar")
	if err := oci.Save(built, ref, archive); err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, command[0], append(command[1:], archive)...).CombinedOutput() //nolint:gosec // the tester says how
	if err != nil {
		tb.Fatalf("load %s: %v\n%s", ref, err, out)
	}
	return ref
}

// RunnerImage loads the image of SQL sandboxes made from a binary.
func RunnerImage(tb testing.TB, binary string) string {
	tb.Helper()
	i, err := oci.Runner(binary, runtime.GOARCH)
	if err != nil {
		tb.Fatal(err)
	}
	return Load(tb, i)
}

// Eventually waits until ok, and fails the test when that takes too long.
func Eventually(tb testing.TB, what string, ok func() bool) {
	tb.Helper()
	deadline := time.NewTimer(patience)
	defer deadline.Stop()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline.C:
			tb.Fatalf("waited in vain until %s", what)
		}
	}
}

// Exec runs a program in a container of a pod.
func (c *Cluster) Exec(ctx context.Context, namespace, pod, container string, command []string, out io.Writer) error {
	url := c.Client.CoreV1().RESTClient().Post().Resource("pods").Namespace(namespace).Name(pod).SubResource("exec").
		VersionedParams(&corev1.PodExecOptions{Container: container, Command: command, Stdout: true, Stderr: true}, scheme.ParameterCodec).URL()
	e, err := remotecommand.NewWebSocketExecutor(c.Config, http.MethodGet, url.String())
	if err != nil {
		return fmt.Errorf("exec: %w", err)
	}
	if err := e.StreamWithContext(ctx, remotecommand.StreamOptions{Stdout: out, Stderr: out}); err != nil {
		return fmt.Errorf("exec: %w", err)
	}
	return nil
}
