package kubernetes

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	batchclient "k8s.io/client-go/kubernetes/typed/batch/v1"
	coreclient "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/shared/fault"
)

// Name is what this executor is called in configuration and events.
const Name = "kubernetes"

const (
	// callTimeout bounds one call to the API server.
	callTimeout = 15 * time.Second
	// maxAge is the default of [Options].MaxAge.
	maxAge = time.Hour
	// qps and burst bound the calls of one leo. A run makes about four.
	qps, burst = 100, 200
)

// Options configure an executor.
type Options struct {
	// Kubeconfig is the file that says where the cluster is. Default: KUBECONFIG, the
	// file in the home directory, or, in a pod, the pod's own account.
	Kubeconfig string
	// Namespace of the Jobs. Default: that of the kubeconfig or of the pod.
	Namespace string
	// Image has the runner at [protocol.RunnerPath]; PythonImage has Python beside it,
	// and is empty where there is none.
	Image, PythonImage string
	// Claim is the volume claim that datasets are on, and ClaimRoot where it is mounted
	// here: directories outside of it cannot be shown to a sandbox. Required.
	Claim, ClaimRoot string
	// Node, if set, is the node that pods must run on, for a volume that other nodes
	// do not have.
	Node string
	// RuntimeClass, if set, is how containers run, such as gvisor or kata.
	RuntimeClass string
	// NodeSelector and Tolerations say where pods may run.
	NodeSelector map[string]string
	Tolerations  []corev1.Toleration
	// ServiceAccount of the pods, which get no token of it. Default "default".
	ServiceAccount string
	// PullSecrets are the secrets images are pulled with.
	PullSecrets []string
	// Owner is the pod leo itself runs in, as NAME/UID: Jobs are removed with it.
	Owner string
	// MaxAge is how long a pod may live, idle or not, beyond the budget of its run.
	// Default 1 h.
	MaxAge time.Duration
	// Logger receives what an operator should know. Required.
	Logger *slog.Logger
}

// Executor implements [executor.Executor] with Jobs.
type Executor struct {
	opts      Options
	rest      *rest.Config
	transport http.RoundTripper
	jobs      batchclient.JobInterface
	core      *coreclient.CoreV1Client
	instance  executor.Instance
	owner     owner
	roster    executor.Roster
	pods      *pods

	// background are removals whose callers have left.
	background sync.WaitGroup

	probing chan struct{} // guards caps: one at a time finds out
	caps    *executor.Capabilities
}

// owner is the pod leo itself runs in; empty outside of a cluster.
type owner struct{ name, uid string }

// quiet silences the client's own log, which would go to standard error between the lines
// of Leo's, and which says of every pod that was killed that its connection broke. What matters
// comes back as errors.
var quiet sync.Once //nolint:gochecknoglobals // so is the client's logger

// New returns an executor. It does not talk to the cluster: whether that answers is
// what Probe finds out.
func New(opts Options) (*Executor, error) {
	if opts.Logger == nil {
		return nil, errors.New("kubernetes: no logger")
	}
	switch {
	case opts.Image == "":
		return nil, fault.New(fault.Validation, "Sandboxes in Kubernetes need an image.").WithHint("Set kubernetes_image.")
	case opts.Claim == "" || opts.ClaimRoot == "":
		return nil, fault.New(fault.Validation, "Sandboxes in Kubernetes need a volume that datasets are on.").
			WithHint("Set kubernetes_claim to the claim, and kubernetes_claim_root to where it is mounted in this pod.")
	}
	if opts.MaxAge == 0 {
		opts.MaxAge = maxAge
	}
	quiet.Do(func() { klog.SetSlogLogger(slog.New(slog.DiscardHandler)) })
	e := &Executor{opts: opts, instance: executor.NewInstance(), probing: make(chan struct{}, 1)}
	e.owner.name, e.owner.uid, _ = strings.Cut(opts.Owner, "/")
	if err := e.connect(); err != nil {
		return nil, err
	}
	e.pods = newPods(e.core.Pods(e.opts.Namespace), labelInstance+"="+e.instance.String(), opts.Logger)
	return e, nil
}

// connect reads where the cluster is and makes the clients.
func (e *Executor) connect() error {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	if e.opts.Kubeconfig != "" {
		rules.ExplicitPath = e.opts.Kubeconfig
	}
	loaded := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{})
	config, err := loaded.ClientConfig()
	if err == nil && e.opts.Namespace == "" {
		e.opts.Namespace, _, err = loaded.Namespace()
	}
	if err != nil {
		return fault.Wrap(err, fault.Validation, "It is not known where the Kubernetes cluster is.").
			WithHint("Run Leo in a pod with a service account, or set KUBECONFIG.")
	}
	config.QPS, config.Burst, config.UserAgent = qps, burst, "leo"
	if config.CertFile != "" {
		// From the file the client would read it again and again, and never stop.
		if err := rest.LoadTLSFiles(config); err != nil {
			return fault.Wrap(err, fault.Validation, "The certificate of the Kubernetes configuration cannot be read.")
		}
	}
	e.rest = config
	transport, err := rest.HTTPClientFor(config)
	if err != nil {
		return fault.Wrap(err, fault.Validation, "The Kubernetes configuration cannot be used.")
	}
	e.transport = transport.Transport
	batch, err := batchclient.NewForConfigAndClient(config, transport)
	if err != nil {
		return fault.Wrap(err, fault.Validation, "The Kubernetes configuration cannot be used.")
	}
	e.jobs = batch.Jobs(e.opts.Namespace)
	if e.core, err = coreclient.NewForConfigAndClient(config, transport); err != nil {
		return fault.Wrap(err, fault.Validation, "The Kubernetes configuration cannot be used.")
	}
	return nil
}

// Name implements [executor.Executor].
func (e *Executor) Name() string { return Name }

// version asks the API server for its version.
func (e *Executor) version(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	body, err := e.core.RESTClient().Get().AbsPath("/version").DoRaw(ctx)
	if err != nil {
		return "", unavailable(err)
	}
	var said struct {
		GitVersion string `json:"gitVersion"`
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return "", unavailable(err)
	}
	return said.GitVersion, nil
}

func unavailable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "The Kubernetes API server does not answer.").
		WithHint("Try again in a moment. If it happens again, an administrator finds the cause in Leo's log.")
}

// Close implements [executor.Executor].
func (e *Executor) Close(ctx context.Context) error {
	err := e.roster.Close(ctx)
	e.background.Wait()
	e.pods.close()
	utilnet.CloseIdleConnectionsFor(e.transport)
	return err
}
