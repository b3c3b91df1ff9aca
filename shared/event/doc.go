// Package event holds the facts of a run and how they are written down.
//
// A run is a sequence of events in one stream; everything Leo shows about a run
// is folded from them (package run). An [Event] is an envelope (which run, which
// step, when, caused by what) around one of nine bodies:
//
//	kind         written by            body
//	asked        gateway               [Asked]       who asks what of which dataset version
//	planned      planner               [Planned]     the plan and the statement that will run
//	rejected     planner, sandboxd     [Rejected]    not allowed or not understood; terminal
//	started      sandboxd              [Started]     a sandbox has it
//	executed     sandboxd              [Executed]    columns, preview rows, figures of the run
//	failed       sandboxd, planner,    [Failed]      it broke; terminal
//	             supervisor
//	answered     planner               [Answered]    text, chart, follow-ups, trust; terminal
//	needs_input  planner               [NeedsInput]  two to four readings to choose from; terminal
//	cancelled    gateway               [Cancelled]   somebody stopped it; terminal
//
// Each event is stored under its own subject (see [Subject]) as one line of
// compact JSON that names its schema, for example "planned/1". A reader accepts
// every version it knows and upcasts the older ones while decoding; a version
// it does not know is [ErrUnknownSchema], and the message waits for a newer
// worker. Written events are never changed: testdata holds one golden file per
// kind and version, and a change of a body that alters one is a new version.
//
// Numbers inside result rows stay json.Number, so a 64-bit integer or a decimal
// read from the log is the one that was written.
//
// The package is pure: it knows nothing of NATS. Package bus stores events,
// package run folds them.
package event
