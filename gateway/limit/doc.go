// Package limit keeps one caller from using up what all share: a token bucket
// per caller for requests ([Buckets]).
//
// How many runs a caller has under way is bounded by package runs, and how much
// work waits in the queues by the bus.
package limit
