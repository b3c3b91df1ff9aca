// Package catalog describes data: datasets, their tables and columns, what the
// columns hold, and how tables relate.
//
// A [Dataset] is one version of one named set of files. Its Version is the
// SHA-256 over the bytes of its files in order, and over the [ReadOptions] where
// there are any ([VersionOf]), so equal versions are equal data, and everything
// that is cached or proven about an answer hangs on it.
// A dataset moves through four states:
//
//	registered ──▶ preparing ──▶ ready
//	                  │  ▲          a new upload makes a new version,
//	                  ▼  │ retry    which starts at registered again
//	                failed
//
// The planner and the compiler read a ready dataset and nothing else: they see
// names, types, descriptions, synonyms and value profiles, and never a row.
// Descriptions, names and profile values come from files people uploaded and are
// untrusted text wherever they meet a model.
//
// The package is pure. Package registry stores datasets.
package catalog
