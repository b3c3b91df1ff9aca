// Package leo is the Helm chart, which is no Go: only its tests are. They render it in
// the ways it is installed, and look at what comes out.
package leo
