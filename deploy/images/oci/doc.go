// Package oci makes Leo's container images from built files, without a daemon and without a
// base image: the same files make the same images, byte for byte.
package oci
