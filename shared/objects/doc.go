// Package objects keeps prepared datasets on the local disk of a node.
//
// The object store holds the one copy that counts; a [Cache] holds files that
// sandboxes can open. Each prepared dataset is one directory named by the
// SHA-256 of its database file, so a directory never changes once it is there:
//
//	<dir>/<sha256>/data.duckdb     read-only, verified before it was renamed here
//	<dir>/tmp-*                    a download under way; removed at start
//
// Sandboxes of a node share a directory. It stays on disk at least until every
// caller that got it has released it; beyond that the least recently used ones
// are removed when the cache exceeds its size.
package objects
