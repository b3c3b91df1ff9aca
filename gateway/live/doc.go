// Package live brings the events of runs to whoever watches them.
//
// A [Hub] reads the log once, through one ordered consumer, and hands each event
// to the [Client]s of its run; it never opens a consumer for a browser. Notes
// (progress, text deltas) reach it over core NATS and pass through, without an
// id, because nobody can ask for them again.
//
//	log ──one consumer──▶ Hub ──▶ Client (bounded channel) ──▶ Stream ──▶ socket
//	notes ──────────────▶         one per open stream
//
// The order that leaves no gap: subscribe to the hub first, read the run's stored
// events second, then write those and drop what the hub repeats. A client whose
// channel is full has lost an event, so it is closed; its browser comes back
// with Last-Event-ID and gets the rest from the log. Notes are dropped much
// earlier, so that a flood of deltas never closes a client.
//
// A [Stream] is the body of one response: an io.ReadCloser whose Read blocks
// until there is something to send. Being read by the server's own write loop it
// needs no pipe and no flushing: what Read returned is on the wire before the
// next call. It sets a write deadline for each piece, so a reader that stopped
// reading is cut off, and watches the socket, so one that went away is noticed
// at once.
package live
