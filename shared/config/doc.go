// Package config reads the configuration of a process.
//
// A value comes from the last of these that sets it: its default, the file
// leo.yaml, the environment, a command-line flag. Every setting is one field of
// [Config], and its tags say everything about it: the key in the file, the
// environment variable, the default, whether it is a secret, and what it means.
// The reference in docs/configuration.md and `leo config print` are made from
// the same tags, so neither can be out of date.
//
// This is the only package that reads the environment.
package config
