// Package health says over HTTP how a process does: whether it lives, whether it
// can do its work, and in figures.
//
// A [Board] knows nothing of roles. Parts tell it what they depend on, which
// loops they run and which figures they keep; [Serve] answers for them:
//
//	/healthz   200 while no loop has ended by itself: restart it otherwise
//	/readyz    200 while every dependency answers; else 503, naming those that
//	           do not. Off before anything else when the process drains
//	/metrics   figures of the Go runtime, the process and the parts
//
// Dependencies are asked when somebody asks, all at once, for two seconds at
// most, and what they said is remembered for a moment: a probe every second from
// ten places costs one. What is shown holds sentences made for people; causes,
// which may hold addresses and credentials, stay out.
//
// The separate roles serve one; the gateway has these routes on its own listener
// and shows the same checks there.
package health
