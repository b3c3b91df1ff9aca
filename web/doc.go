// Package web holds the browser app: its sources, its committed build in dist,
// and the Go code that carries that build inside the leo binary.
//
// The app is React and TypeScript (src, described in README.md). Building it
// needs Node, which neither `make run` nor `make test` may ask for, so the
// build is committed as plain files. It is reproducible, and dist/BUILD.json
// holds the hash of the sources it was made from: a test recomputes that hash
// and fails, with the command to run, when somebody changed the sources and not
// the build.
//
// [New] reads the embedded build once and compresses it; [Site.Find] then
// answers from memory. The package knows nothing of HTTP: the gateway decides
// which path gets which file, with which headers.
package web
