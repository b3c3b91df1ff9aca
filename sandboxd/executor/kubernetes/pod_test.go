package kubernetes

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// TestTheJobAsksForNothingItDoesNotNeed compares the description of a sandbox with what
// Pod Security calls restricted, and with less.
func TestTheJobAsksForNothingItDoesNotNeed(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "sandboxd", "datasets", "d1")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	e := &Executor{instance: executor.NewInstance(), opts: Options{
		Image: "leo-runner:1", Claim: "datasets", ClaimRoot: root, MaxAge: time.Hour,
		RuntimeClass: "gvisor", Node: "n1", NodeSelector: map[string]string{"pool": "leo"},
		Tolerations: []corev1.Toleration{{Key: "leo", Operator: corev1.TolerationOpExists}}, ServiceAccount: "nobody", PullSecrets: []string{"s"},
	}, owner: owner{name: "leo-0", uid: "u-1"}}
	below, err := e.below(dir)
	if err != nil || below != "sandboxd/datasets/d1" {
		t.Fatalf("on the claim it is %q, %v", below, err)
	}
	spec := executor.Spec{Mode: protocol.SQL, DataDir: dir, Limits: executor.DefaultLimits(protocol.SQL)}
	job := e.job("kubernetes-1", spec, e.opts.Image, below, "")
	if job.Name != "leo-kubernetes-1" || *job.Spec.BackoffLimit != 0 || *job.Spec.ActiveDeadlineSeconds != 3640 || *job.Spec.TTLSecondsAfterFinished != 60 {
		t.Errorf("job %s: %+v", job.Name, job.Spec)
	}
	if owners := job.OwnerReferences; len(owners) != 1 || owners[0].UID != "u-1" || owners[0].Controller != nil {
		t.Errorf("owners %+v", owners)
	}
	pod := job.Spec.Template.Spec
	c := pod.Containers[0]
	for what, ok := range map[string]bool{
		"no token":             !*pod.AutomountServiceAccountToken && pod.ServiceAccountName == "nobody",
		"no services":          !*pod.EnableServiceLinks && pod.DNSPolicy == corev1.DNSNone,
		"nobody":               *pod.SecurityContext.RunAsNonRoot && *pod.SecurityContext.RunAsUser == executor.UID,
		"seccomp":              pod.SecurityContext.SeccompProfile.Type == corev1.SeccompProfileTypeRuntimeDefault,
		"no host":              !pod.HostNetwork && !pod.HostPID && !pod.HostIPC,
		"read-only root":       *c.SecurityContext.ReadOnlyRootFilesystem,
		"no escalation":        !*c.SecurityContext.AllowPrivilegeEscalation && !*c.SecurityContext.Privileged,
		"no capabilities":      len(c.SecurityContext.Capabilities.Drop) == 1 && c.SecurityContext.Capabilities.Drop[0] == "ALL" && c.SecurityContext.Capabilities.Add == nil,
		"no environment":       c.Env == nil && c.EnvFrom == nil,
		"one container":        len(pod.Containers) == 1 && pod.InitContainers == nil && c.Ports == nil,
		"limits":               c.Resources.Limits.Memory().Value() == 512<<20 && c.Resources.Limits.Cpu().MilliValue() == 1000 && !c.Resources.Limits.StorageEphemeral().IsZero(),
		"its runtime and node": *pod.RuntimeClassName == "gvisor" && pod.Affinity.NodeAffinity != nil && pod.NodeSelector["pool"] == "leo" && len(pod.Tolerations) == 1,
		"its pull secret":      len(pod.ImagePullSecrets) == 1 && pod.ImagePullSecrets[0].Name == "s",
		"its label":            job.Spec.Template.Labels["leo.analytics/claimed"] == "no" && job.Spec.Template.Labels["app.kubernetes.io/component"] == "runner",
	} {
		if !ok {
			t.Errorf("it has not: %s", what)
		}
	}
	for _, m := range c.VolumeMounts {
		if m.MountPath != protocol.TmpDir && !m.ReadOnly {
			t.Errorf("%s can be written to", m.MountPath)
		}
		if m.Name == "cache" && m.SubPath != below {
			t.Errorf("it sees %q of the volume", m.SubPath)
		}
	}
	for _, v := range pod.Volumes {
		if v.HostPath != nil || v.EmptyDir != nil && (v.EmptyDir.Medium != corev1.StorageMediumMemory || v.EmptyDir.SizeLimit.IsZero()) {
			t.Errorf("volume %+v", v)
		}
	}
}

func TestOnlyWhatIsOnTheClaimIsShown(t *testing.T) {
	root, outside := t.TempDir(), t.TempDir()
	e := &Executor{opts: Options{ClaimRoot: root}}
	for _, dir := range []string{outside, root, filepath.Dir(root), root + "-more"} {
		if path, err := e.below(dir); err == nil {
			t.Errorf("%s is shown as %q", dir, path)
		}
	}
	e.opts.ClaimRoot = filepath.Join(root, "none")
	if _, err := e.below(root); err == nil || !strings.Contains(err.Error(), "not mounted") {
		t.Errorf("without a volume: %v", err)
	}
}
