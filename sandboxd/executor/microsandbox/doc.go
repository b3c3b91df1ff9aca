// Package microsandbox runs sandboxes as microVMs, one per run, through msb, the
// command line of microsandbox 0.6 (from 0.6.16 on). A microVM has a kernel of
// its own: what a run would have to break to leave it is a hypervisor, and not
// the kernel leo runs on.
//
// # A sandbox's life in commands
//
//	msb create leo-runner:HASH --name ID …    boots the microVM, runner not started
//	msb exec --stream ID -- /leo-runner …     is the process: its standard streams
//	                                          carry the protocol, byte by byte
//	msb logs ID --source system               once, if a signal ended the runner:
//	                                          what the guest's kernel says about it
//	msb stop --force ID                       before the end counts as an end
//	msb rm --force ID                         removes every trace
//
// Killing msb exec is how a runner is killed: the microVM's relay sees its client
// leave and kills the runner's session. The stop that follows ends whatever the
// runner may have started, so that nothing writes to an output directory any
// more once its sandbox is done. A stop or rm that fails is repeated for half a
// minute: an ingest that cannot be stopped in time fails, and a machine that
// could not be removed goes with the directory of its owner.
//
// # What holds inside
//
// No network: microsandbox drops every packet on the host's side of the guest's
// one interface. A root whose files belong to the guest's root, over a small
// layer in memory; the dataset read-only, enforced on the host; a small tmpfs
// that cannot execute, and no other place to write but the output directory of
// an ingest. User [executor.UID] with no_new_privs and without a way to mount;
// bounds on memory by the size of the machine, on processes, files and file
// sizes by resource limits of the guest, whose only user it is. Processors are
// whole: half of one becomes one.
//
// # State
//
// Every owner has a directory of its own below Options.Home, which is msb's home
// for it: database, image, machines. A file there is named after the owner. Close
// removes the directory; what a leo leaves that dies, the Sweep of a later one
// removes, machines first. Until then a machine's own bound on its life
// (Options.MaxLife and the deadlines of its run) ends it. The shared memory msb
// keeps for each home, and never removes, goes with the directory on Linux;
// elsewhere it is used again, because directories are numbered.
//
// The image holds one file, the static runner, and empty directories to mount
// on. It is loaded from here, not pulled, under the name leo-runner and the
// beginning of the runner's hash, and goes with the directory it was loaded into.
//
// # How a failure looks
//
// msb exec ends with the runner's own status, with 255 when a signal ended the
// runner, and with 1 when msb itself failed; the difference between the last two
// and a runner that says so itself is not visible. 255 alone therefore decides
// nothing: it becomes a lack of memory when the guest's kernel says that it
// killed for memory, and otherwise stays an end without an answer.
//
// # What is tested with what
//
// Against the real msb, where the tests find one (PATH, or LEO_MSB): version,
// doctor, loading and naming the image, acceptance of every flag of every command
// line, the words of failing commands, ls and rm, and that a machine which is
// still starting, its msb killed, is gone after rm. Against the real msb and a
// guest that boots: the whole conformance suite. It is skipped, with msb's own
// reason, where none does.
//
// Against testdata/msb, a stand-in that runs the runner in namespaces of this
// host and otherwise behaves as described here: the same suite, less the
// statements that the runner and the session stop without this adapter. What it
// shows is this adapter (streams, kills, sweeps, mapping of failures) and not the
// isolation of a microVM.
package microsandbox
