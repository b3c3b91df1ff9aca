// Package kubetest gives tests what they need of a live cluster: the one KUBECONFIG
// names. Each test has a namespace of its own, under Pod Security's "restricted".
//
// The tests bring their images and their data with them. LEO_K8S_LOAD is the command that
// loads an image archive into the cluster's nodes, with the file as its last argument, such
// as "kind load image-archive". Volumes are directories of this machine, so the cluster's
// only node must see its files: below LEO_K8S_DIR, by default the directory for temporary
// files.
package kubetest
