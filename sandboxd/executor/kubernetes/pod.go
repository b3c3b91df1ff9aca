package kubernetes

import (
	"path/filepath"
	"strings"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// Labels of every Job and pod, and the annotation of a claimed pod.
const (
	labelInstance = "leo.analytics/instance" // executor.Instance of the owner
	labelOwner    = "leo.analytics/owner"    // uid of the pod the owner runs in
	labelSandbox  = "leo.analytics/sandbox"  // id of the sandbox
	labelClaimed  = "leo.analytics/claimed"  // whether a run has it: "no" or "yes"
	annotationRun = "leo.analytics/run"      // id of that run's request

	// Those the chart's NetworkPolicies select.
	labelName, labelComponent = "app.kubernetes.io/name", "app.kubernetes.io/component"
	name, component           = "leo", "runner"
)

const (
	// container is the only container's name.
	container = "runner"
	// after is how long a finished Job that nobody removed stays.
	after = time.Minute
	// stopping is how long a container that is asked to stop may take, in seconds. With
	// none the API forgets the pod before it has ended.
	stopping = 1
	// logs is what a container may write to its node beside its response: the log of
	// its streams, which the kubelet counts.
	logs = 64 << 20
)

// ptr is a pointer to a copy of v.
func ptr[T any](v T) *T { return &v }

// job is the Job of a sandbox. spec has been resolved; below is its data directory on the claim,
// and out its output directory, each empty where there is none.
func (e *Executor) job(id string, spec executor.Spec, image, below, out string) *batchv1.Job {
	labels := map[string]string{
		labelName: name, labelComponent: component,
		labelInstance: e.instance.String(), labelSandbox: id,
	}
	var owners []metav1.OwnerReference
	if e.owner.uid != "" {
		labels[labelOwner] = e.owner.uid
		// Not as a controller, and the owner's end does not wait for this.
		owners = append(owners, metav1.OwnerReference{APIVersion: "v1", Kind: "Pod", Name: e.owner.name, UID: types.UID(e.owner.uid)})
	}
	ofPod := map[string]string{labelClaimed: "no"}
	for k, v := range labels {
		ofPod[k] = v
	}
	age := e.opts.MaxAge + spec.Limits.StartTimeout + spec.Limits.Timeout
	return &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: jobName(id), Labels: labels, OwnerReferences: owners},
		Spec: batchv1.JobSpec{
			BackoffLimit: ptr(int32(0)), Parallelism: ptr(int32(1)), Completions: ptr(int32(1)),
			ActiveDeadlineSeconds:   ptr(int64(age.Seconds())),
			TTLSecondsAfterFinished: ptr(int32(after.Seconds())),
			// Never a second pod: what it would run nobody waits for.
			PodReplacementPolicy: ptr(batchv1.Failed),
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: ofPod},
				Spec:       e.pod(spec, image, below, out),
			},
		},
	}
}

func jobName(id string) string { return "leo-" + id }

// pod is what Pod Security calls restricted, and less: no token, no names of services, no
// name of its own, nothing to write but /tmp.
func (e *Executor) pod(spec executor.Spec, image, below, out string) corev1.PodSpec {
	volumes := []corev1.Volume{tmpfs("tmp", spec.Limits.Tmp), tmpfs("none", 1<<12)}
	mounts := []corev1.VolumeMount{
		{Name: "tmp", MountPath: protocol.TmpDir},
		// The runtime makes these writable for everybody.
		{Name: "none", MountPath: "/dev/shm", ReadOnly: true},
		{Name: "none", MountPath: "/dev/mqueue", ReadOnly: true},
	}
	if below != "" || out != "" {
		volumes = append(volumes, corev1.Volume{Name: "cache", VolumeSource: corev1.VolumeSource{
			PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: e.opts.Claim},
		}})
	}
	if below != "" {
		mounts = append(mounts, corev1.VolumeMount{Name: "cache", MountPath: protocol.DataDir, SubPath: below, ReadOnly: true})
	}
	if out != "" {
		mounts = append(mounts, corev1.VolumeMount{Name: "cache", MountPath: protocol.OutDir, SubPath: out})
	}
	p := corev1.PodSpec{
		RestartPolicy:                 corev1.RestartPolicyNever,
		ServiceAccountName:            e.opts.ServiceAccount,
		AutomountServiceAccountToken:  ptr(false),
		EnableServiceLinks:            ptr(false),
		TerminationGracePeriodSeconds: ptr(int64(stopping)),
		Hostname:                      "sandbox",
		// There is nothing to look up, and nobody to ask.
		DNSPolicy: corev1.DNSNone,
		DNSConfig: &corev1.PodDNSConfig{Nameservers: []string{"127.0.0.1"}},
		SecurityContext: &corev1.PodSecurityContext{
			RunAsNonRoot: ptr(true), RunAsUser: ptr(int64(executor.UID)), RunAsGroup: ptr(int64(executor.UID)),
			SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
		},
		NodeSelector: e.opts.NodeSelector,
		Tolerations:  e.opts.Tolerations,
		Volumes:      volumes,
		Containers: []corev1.Container{{
			Name: container, Image: image,
			Command:    []string{protocol.RunnerPath, stage1.Command, stage1.FromStdin},
			WorkingDir: "/",
			Stdin:      true, StdinOnce: true,
			VolumeMounts: mounts,
			Resources:    resources(spec.Limits),
			SecurityContext: &corev1.SecurityContext{
				RunAsNonRoot: ptr(true), ReadOnlyRootFilesystem: ptr(true), AllowPrivilegeEscalation: ptr(false), Privileged: ptr(false),
				Capabilities:   &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
				SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
		}},
	}
	for _, secret := range e.opts.PullSecrets {
		p.ImagePullSecrets = append(p.ImagePullSecrets, corev1.LocalObjectReference{Name: secret})
	}
	if e.opts.RuntimeClass != "" {
		p.RuntimeClassName = ptr(e.opts.RuntimeClass)
	}
	if e.opts.Node != "" {
		p.Affinity = onNode(e.opts.Node)
	}
	return p
}

func tmpfs(name string, size int64) corev1.Volume {
	return corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{
		Medium: corev1.StorageMediumMemory, SizeLimit: resource.NewQuantity(size, resource.BinarySI),
	}}}
}

// resources are the limits, and half of them as what the scheduler sets aside: an idle
// sandbox uses little of either.
func resources(l executor.Limits) corev1.ResourceRequirements {
	milli := int64(l.CPU * 1000)
	return corev1.ResourceRequirements{
		Limits: corev1.ResourceList{
			corev1.ResourceCPU:              *resource.NewMilliQuantity(milli, resource.DecimalSI),
			corev1.ResourceMemory:           *resource.NewQuantity(l.Memory, resource.BinarySI),
			corev1.ResourceEphemeralStorage: *resource.NewQuantity(l.MaxOutput+logs, resource.BinarySI),
		},
		Requests: corev1.ResourceList{
			corev1.ResourceCPU:              *resource.NewMilliQuantity(min(milli, 50), resource.DecimalSI),
			corev1.ResourceMemory:           *resource.NewQuantity(l.Memory/2, resource.BinarySI),
			corev1.ResourceEphemeralStorage: *resource.NewQuantity(1<<20, resource.BinarySI),
		},
	}
}

func onNode(node string) *corev1.Affinity {
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{
			MatchFields: []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: []string{node}}},
		}}},
	}}
}

// below is a directory's path on the claim.
func (e *Executor) below(dir string) (string, error) {
	root, err := filepath.EvalSymlinks(e.opts.ClaimRoot)
	if err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "The volume that datasets are on is not mounted.").
			WithHint("An administrator should check kubernetes_claim_root.")
	}
	path, err := filepath.Rel(root, dir)
	if err != nil || path == ".." || strings.HasPrefix(path, "../") || path == "." {
		return "", fault.Wrap(err, fault.Internal, "This dataset is not on the volume that sandboxes can see.").
			WithHint("An administrator should put data_dir below kubernetes_claim_root.")
	}
	return path, nil
}

// config is what the first stage is told.
func (e *Executor) config(spec executor.Spec, caps *executor.Capabilities) stage1.Config {
	l := spec.Limits
	c := stage1.Config{
		Adopted: true,
		// What the canary found to be missing: see Probe.
		BestEffort: caps != nil && caps.LandlockABI == 0,
		Rlimits:    stage1.Rlimits{FileSize: uint64(l.FileSize), Files: 256}, //nolint:gosec // validated to be positive
		Mounts: []stage1.Mount{
			place("/dev/null", stage1.Device, true), place(protocol.TmpDir, stage1.Write, false),
			place(protocol.RunnerPath, stage1.Exec, true),
			// The engine reads its own limits, and takes a file that is there and refused
			// for one that cannot be. Both show this pod alone.
			place("/proc", stage1.Read, false), place("/sys/fs/cgroup", stage1.Read, false),
		},
	}
	if spec.DataDir != "" {
		c.Mounts = append(c.Mounts, place(protocol.DataDir, stage1.Read, false))
	}
	if spec.OutDir != "" {
		c.Mounts = append(c.Mounts, place(protocol.OutDir, stage1.Write, false))
	}
	if spec.Mode != protocol.Probe || spec.DataDir != "" {
		c.Args = spec.Command(protocol.RunnerPath, protocol.DataDir, protocol.OutDir, protocol.TmpDir)
	}
	if spec.Mode == protocol.Python {
		for _, dir := range []string{"/usr", "/lib", "/lib64", "/leo"} {
			c.Mounts = append(c.Mounts, place(dir, stage1.Tree, false))
		}
	}
	return c
}

// place is a path of the container that stays usable.
func place(path string, access stage1.Access, file bool) stage1.Mount {
	return stage1.Mount{Source: path, Target: path, Access: access, File: file}
}
