package main

import (
	"encoding/json"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/leo-analytics/leo/sandboxd/executor/kubernetes"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
)

// kubernetesOptions says which Jobs sandboxes are.
func kubernetesOptions(cfg config.Config) (kubernetes.Options, error) {
	opts := kubernetes.Options{
		Namespace: cfg.KubeNamespace, Image: cfg.KubeImage,
		Claim: cfg.KubeClaim, ClaimRoot: cfg.KubeClaimRoot, Node: cfg.KubeNode,
		RuntimeClass: cfg.KubeRuntimeClass, ServiceAccount: cfg.KubeAccount, Owner: cfg.KubeOwner,
		PullSecrets: commaList(cfg.KubePullSecrets),
	}
	if cfg.Python {
		opts.PythonImage = cfg.KubePythonImage
	}
	if opts.ClaimRoot == "" {
		opts.ClaimRoot = cfg.DataDir
	}
	if opts.Owner != "" {
		if name, uid, ok := strings.Cut(opts.Owner, "/"); !ok || name == "" || uid == "" {
			return opts, fault.New(fault.Validation, "The pod %q is not NAME/UID.", opts.Owner).WithHint("Check kubernetes_owner.")
		}
	}
	for _, pair := range commaList(cfg.KubeNodeSelector) {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return opts, fault.New(fault.Validation, "The node label %q is not KEY=VALUE.", pair).WithHint("Check kubernetes_node_selector.")
		}
		if opts.NodeSelector == nil {
			opts.NodeSelector = map[string]string{}
		}
		opts.NodeSelector[key] = value
	}
	if cfg.KubeTolerations != "" {
		var tolerations []corev1.Toleration
		decoder := json.NewDecoder(strings.NewReader(cfg.KubeTolerations))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&tolerations); err != nil {
			return opts, fault.Wrap(err, fault.Validation, "The tolerations of sandboxes are not a JSON list of tolerations.").
				WithHint("Check kubernetes_tolerations.")
		}
		opts.Tolerations = tolerations
	}
	return opts, nil
}

// commaList splits what commas separate.
func commaList(text string) []string {
	var parts []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
