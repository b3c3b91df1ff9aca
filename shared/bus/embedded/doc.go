// Package embedded runs a NATS server with JetStream inside this process, so
// that one binary is a whole Leo.
//
// [Start] locks the store directory, starts the server on it and waits until it
// takes connections; [Server.Shutdown] undoes this in reverse. The server is the
// same as an external one in everything that package bus can see: the same
// streams, the same consumers, the same rules. What differs is durability:
//
//	            synced to disk            a crash of the machine may lose
//	default     every 200 ms              the last 200 ms
//	SyncAlways  before each answer        nothing that was acknowledged
//
// A crash of the process alone loses nothing in either mode: the bytes are with
// the operating system.
//
// Without Config.Listen there is no socket at all: clients in this process
// connect through [Server.InProcess], which bus.Config takes.
package embedded
