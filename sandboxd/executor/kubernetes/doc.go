// Package kubernetes runs each sandbox as a Job of a Kubernetes cluster.
//
// One sandbox is one Job with one pod with one container:
//
//	leo (this package)                      the cluster
//	──────────────────                      ─────────────────────────────────────
//	create the Job        ────────────────▶ a pod, restricted, without a token
//	watch until it runs   ◀────────────────
//	attach
//	configuration, a line ────────────────▶ stage1: locks itself down
//	                                        exec: the runner, dataset open
//	claim (a label)       ────────────────▶ whose run it is, once
//	request, response     ◀───────────────▶
//	delete the Job        ────────────────▶ the cluster removes the pod
//
// The pod's rights are those of Pod Security's "restricted", and less: see [Options] and
// pod.go. Its first program is the runner's first stage (package stage1), which waits for its
// configuration on standard input, so nothing is said before somebody is attached, and
// then takes away what a pod cannot be told to go without: system calls, among them all
// that reach a network, files, and the size of files. A cluster whose NetworkPolicies
// nobody enforces is closed in this way too.
//
// A dataset is a directory on a volume that leo fills. The pod mounts this one directory of
// it, read-only, by its subPath. The volume is a claim: one that every node can mount,
// or one of this leo's own node, to which its pods are pinned then.
//
// Requests and responses go through the API server and through the container's standard
// streams, and the node keeps what is written there in its log for as long as the pod is
// there: whoever may read pod logs in this namespace may read results.
//
// Jobs belong to the pod that leo runs in and go with it. Those of an earlier process
// in the same pod are swept at the start, and whatever becomes of leo, a pod ends at its
// deadline ([Options].MaxAge) and its Job goes a minute later.
package kubernetes
