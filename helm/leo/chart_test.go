// Package leo_test looks at what the chart renders, without a cluster.
package leo_test

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/leo-analytics/leo/sandboxd/executor/executortest"
)

var update = flag.Bool("update", false, "rewrite what the chart is expected to render")

// helm runs helm, which comes from LEO_HELM or the path.
func helm(t *testing.T, args ...string) (out, errs string, err error) {
	t.Helper()
	binary := os.Getenv("LEO_HELM") //nolint:forbidigo // it belongs to the test run, not to the product's configuration
	if binary == "" {
		binary = "helm"
	}
	path, err := exec.LookPath(binary)
	if err != nil {
		executortest.Require(t, "helm", err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	return stdout.String(), stderr.String(), err
}

// cases are the values files: each is a way to install Leo.
func cases(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.values.yaml")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	return files
}

func render(t *testing.T, args ...string) string {
	t.Helper()
	out, errs, err := helm(t, append([]string{"template", "leo", ".", "--namespace", "analytics", "--kube-version", "1.36.0"}, args...)...)
	if err != nil {
		t.Fatalf("%v\n%s", err, errs)
	}
	return out
}

func TestTheChartRendersWhatItDid(t *testing.T) {
	for _, file := range cases(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			if out, errs, err := helm(t, "lint", "--strict", ".", "-f", file); err != nil {
				t.Errorf("%v\n%s%s", err, out, errs)
			}
			got := render(t, "-f", file)
			golden := strings.TrimSuffix(file, ".values.yaml") + ".golden.yaml"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("what is rendered differs from %s: go test ./helm/leo -args -update, and read the difference", golden)
			}
		})
	}
}

func TestBadValuesAreRefused(t *testing.T) {
	for set, says := range map[string]string{
		"sandboxd.kind=StatefulSet":          "sandboxd",
		"sandboxd.cache.mode=nfs":            "mode",
		"nats.replicas=2":                    "replicas",
		"gateway.replica=3":                  "replica",
		"planner.replicas=many":              "replicas",
		"nats.enabled=false":                 "nats.url",
		"networkPolicies.apiServer.ports=no": "ports",
	} {
		_, errs, err := helm(t, "template", "leo", ".", "--set", set)
		if err == nil || !strings.Contains(errs, says) {
			t.Errorf("%s: %v\n%s", set, err, errs)
		}
	}
}

// objects decodes what is rendered, and fails on what the API does not know.
func objects(t *testing.T, rendered string) []runtime.Object {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		appsv1.AddToScheme, corev1.AddToScheme, rbacv1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme, autoscalingv2.AddToScheme,
	} {
		utilruntime.Must(add(scheme))
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	var all []runtime.Object
	for doc := range strings.SplitSeq(rendered, "\n---\n") {
		if strings.TrimSpace(doc) == "" || !strings.Contains(doc, "kind:") {
			continue
		}
		object, _, err := decoder.Decode([]byte(doc), nil, nil)
		if err != nil {
			t.Errorf("%v in\n%s", err, doc)
			continue
		}
		all = append(all, object)
	}
	return all
}

// template is the pod of an object, if it has one.
func template(object runtime.Object) (spec *corev1.PodSpec, podLabels map[string]string, selector *metav1.LabelSelector) {
	switch o := object.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template.Spec, o.Spec.Template.Labels, o.Spec.Selector
	case *appsv1.DaemonSet:
		return &o.Spec.Template.Spec, o.Spec.Template.Labels, o.Spec.Selector
	case *appsv1.StatefulSet:
		return &o.Spec.Template.Spec, o.Spec.Template.Labels, o.Spec.Selector
	case *corev1.Pod:
		return &o.Spec, o.Labels, nil
	}
	return nil, nil, nil
}

func TestEverythingRenderedIsValidAndRestricted(t *testing.T) {
	for _, file := range cases(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			all := objects(t, render(t, "-f", file))
			if len(all) < 20 {
				t.Fatalf("%d objects", len(all))
			}
			there := map[string]bool{}
			for _, object := range all {
				meta, ok := object.(metav1.Object)
				if !ok {
					t.Fatalf("%T", object)
				}
				there[object.GetObjectKind().GroupVersionKind().Kind+"/"+meta.GetName()] = true
			}
			for _, object := range all {
				spec, podLabels, selector := template(object)
				if spec == nil {
					continue
				}
				name := object.(metav1.Object).GetName()
				restricted(t, name, spec)
				references(t, name, spec, there)
				if selector != nil {
					s, err := metav1.LabelSelectorAsSelector(selector)
					if err != nil || !s.Matches(labels.Set(podLabels)) {
						t.Errorf("%s does not select its pods: %v", name, err)
					}
				}
			}
			selected(t, all)
		})
	}
}

// restricted says what keeps a pod from Pod Security's "restricted", and from the chart's own
// rules.
func restricted(t *testing.T, name string, spec *corev1.PodSpec) {
	t.Helper()
	sc := spec.SecurityContext
	if sc == nil || sc.RunAsNonRoot == nil || !*sc.RunAsNonRoot || sc.SeccompProfile == nil || sc.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		t.Errorf("%s: pod security context %+v", name, sc)
	}
	if spec.HostNetwork || spec.HostPID || spec.HostIPC {
		t.Errorf("%s uses the host's namespaces", name)
	}
	if token := spec.AutomountServiceAccountToken; token == nil || *token != strings.HasSuffix(name, "-sandboxd") {
		t.Errorf("%s: token %v", name, token)
	}
	for _, v := range spec.Volumes {
		if v.HostPath != nil {
			t.Errorf("%s mounts the host's %s", name, v.HostPath.Path)
		}
	}
	for _, c := range slices.Concat(spec.InitContainers, spec.Containers) {
		s := c.SecurityContext
		if s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem ||
			s.Capabilities == nil || !slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) || len(s.Capabilities.Add) > 0 {
			t.Errorf("%s: security context of %s: %+v", name, c.Name, s)
		}
		for _, list := range []corev1.ResourceList{c.Resources.Limits, c.Resources.Requests} {
			if list.Cpu().IsZero() || list.Memory().IsZero() {
				t.Errorf("%s: %s lacks limits or requests: %+v", name, c.Name, c.Resources)
			}
		}
		if first, _, ok := strings.Cut(c.Image, "/"); ok && strings.ContainsAny(first, ".:") && first != "registry.internal:5000" {
			t.Errorf("%s: image %s comes from a registry nobody named", name, c.Image)
		}
	}
}

// given are Secrets that values name: the chart does not make them.
func given() []string { return []string{"Secret/given", "Secret/model-key"} }

// references looks for what a pod refers to.
func references(t *testing.T, name string, spec *corev1.PodSpec, there map[string]bool) {
	t.Helper()
	want := func(ref string) {
		t.Helper()
		if !there[ref] && !slices.Contains(given(), ref) {
			t.Errorf("%s refers to %s, which is not there", name, ref)
		}
	}
	want("ServiceAccount/" + spec.ServiceAccountName)
	for _, v := range spec.Volumes {
		if v.ConfigMap != nil {
			want("ConfigMap/" + v.ConfigMap.Name)
		}
		if v.PersistentVolumeClaim != nil && v.PersistentVolumeClaim.ClaimName != "given" {
			want("PersistentVolumeClaim/" + v.PersistentVolumeClaim.ClaimName)
		}
	}
	for _, c := range spec.Containers {
		for _, e := range c.Env {
			if e.ValueFrom != nil && e.ValueFrom.SecretKeyRef != nil {
				want("Secret/" + e.ValueFrom.SecretKeyRef.Name)
			}
		}
		for _, m := range c.VolumeMounts {
			if !slices.ContainsFunc(spec.Volumes, func(v corev1.Volume) bool { return v.Name == m.Name }) && m.Name != "data" {
				t.Errorf("%s mounts %s, which is not there", name, m.Name)
			}
		}
	}
}

// selected fails unless services, budgets and policies select pods that there are.
func selected(t *testing.T, all []runtime.Object) {
	t.Helper()
	var pods []labels.Set
	for _, object := range all {
		if _, podLabels, _ := template(object); podLabels != nil {
			pods = append(pods, podLabels)
		}
	}
	pods = append(pods, labels.Set{"app.kubernetes.io/name": "leo", "app.kubernetes.io/component": "runner"})
	for _, object := range all {
		var selector *metav1.LabelSelector
		switch o := object.(type) {
		case *corev1.Service:
			selector = &metav1.LabelSelector{MatchLabels: o.Spec.Selector}
		case *networkingv1.NetworkPolicy:
			selector = &o.Spec.PodSelector
		case *policyv1.PodDisruptionBudget:
			selector = o.Spec.Selector
		default:
			continue
		}
		s, err := metav1.LabelSelectorAsSelector(selector)
		if err != nil || s.Empty() || !slices.ContainsFunc(pods, func(p labels.Set) bool { return s.Matches(p) }) {
			t.Errorf("%T %s selects nothing: %v", object, object.(metav1.Object).GetName(), err)
		}
	}
}

// TestSandboxdMayDoWhatItDoesAndNoMore compares the only Role with the calls the executor
// makes.
func TestSandboxdMayDoWhatItDoesAndNoMore(t *testing.T) {
	want := map[string][]string{
		"batch/jobs": {"create", "delete", "get", "list"}, "/pods": {"get", "list", "patch", "watch"}, "/pods/attach": {"create", "get"},
		"/pods/log": {"get"}, "/events": {"list"},
	}
	var roles int
	for _, object := range objects(t, render(t)) {
		switch o := object.(type) {
		case *rbacv1.ClusterRole, *rbacv1.ClusterRoleBinding:
			t.Errorf("%T", o)
		case *rbacv1.Role:
			roles++
			for _, rule := range o.Rules {
				if len(rule.APIGroups) != 1 || len(rule.Resources) != 1 {
					t.Fatalf("%+v", rule)
				}
				resource := rule.APIGroups[0] + "/" + rule.Resources[0]
				if !slices.Equal(slices.Sorted(slices.Values(rule.Verbs)), want[resource]) {
					t.Errorf("%s: %v, want %v", resource, rule.Verbs, want[resource])
				}
				delete(want, resource)
			}
		}
	}
	if roles != 1 || len(want) > 0 {
		t.Errorf("%d roles, without %v", roles, want)
	}
}

// TestRunnersReachNothing looks at the policy that selects sandboxes: it lists no rule.
func TestRunnersReachNothing(t *testing.T) {
	for _, object := range objects(t, render(t)) {
		p, ok := object.(*networkingv1.NetworkPolicy)
		if !ok || p.Name != "leo-runner" {
			continue
		}
		if len(p.Spec.Ingress) > 0 || len(p.Spec.Egress) > 0 || len(p.Spec.PolicyTypes) != 2 {
			t.Errorf("%+v", p.Spec)
		}
		return
	}
	t.Error(errors.New("there is no policy for sandboxes"))
}
