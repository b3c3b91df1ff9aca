// Package probe tries, from inside a sandbox, what a sandbox must prevent, and
// says what came of each attempt.
//
// It stands where an attacker would stand who has left the query engine behind
// and runs code of their own in the runner's process: every attempt is a system
// call, made without asking the policy or the engine. `leo doctor` sends orders
// and judges the rows; package doctor says which outcomes are failures.
//
//	network [TARGET…]   connect, send, raw sockets; a target is tcp:HOST:PORT,
//	                    udp:HOST:PORT, unix:PATH or abstract:NAME
//	read PATH…          open and read one byte
//	write PATH…         open for writing, or create a file in a directory
//	programs            start a copy, a shell, a file in memory, a file in /tmp
//	rights              become root, mount, unshare, read memory, load, …
//	visible             processes, environment, host name, descriptors
//	limits              the resource limits in force
//	memory, threads     use up memory or threads until something stops it
//	flood BYTES         answer with that much, and say as much on standard error
//	wedge               stop the whole process where no signal reaches it
//
// # What it may do
//
// It must be safe to ship and to run where nothing holds, because that is when its
// answer matters. So an attempt never changes anything: a file that exists is
// opened and not written, a file or mount it makes is removed again, and a call
// that would be dangerous if it were allowed gets arguments it must fail on after
// the kernel has decided about the permission. Only memory, threads, flood and
// wedge do harm, to their own process and to the limits around it.
//
// A runner serves orders only when its command line says -mode probe, which is
// fixed before anybody's input is read: no request to a runner of another mode
// reaches this package. It works on Linux; elsewhere everything is unsupported.
package probe
