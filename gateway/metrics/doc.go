// Package metrics holds the figures the gateway exposes to Prometheus, in a
// registry of its own. No figure carries an org, a user or a run.
package metrics
