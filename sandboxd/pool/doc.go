// Package pool keeps sandboxes warm: started, with their dataset open, waiting
// for a request. Preparing one costs tens to hundreds of milliseconds, using a
// prepared one only a few.
//
// A [Pool] is an [executor.Executor] around another one, so nobody else knows
// about it. Sandboxes are kept by their [executor.Spec]: dataset version (its
// directory is named after its content), mode and limits. Each serves one run
// and is destroyed; none ever comes back.
//
//	Prepare ──┬─ one is idle ─────────────────────▶ hit
//	          ├─ one is just being prepared ─wait─▶ joined
//	          └─ none ── prepare inline ──────────▶ miss
//	Destroy ──▶ bounded queue ──▶ workers          the caller does not wait
//	keeper  ──▶ prepares what shelves lack, removes what is old, dead or unneeded
//
// # How many
//
// Each spec has a shelf with a target. A miss raises the target by one, up to a
// ceiling; every [Config.Decay] half of what nobody needed in the meantime comes
// off again, down to one; a shelf nobody asks for within [Config.IdleTTL]
// goes. All shelves together stay below a number and below an amount of memory;
// the shelf that was used longest ago yields.
//
// Preparing yields to running: the keeper waits a moment while runs are in
// progress, and until what they returned has been told, because on a small
// machine all of it wants the same cores.
//
// # When something is wrong
//
// An idle sandbox that ends by itself is dropped and replaced. A spec that
// cannot be prepared is left alone for a second, then two, up to a minute; the
// runs that need it prepare inline and get the fault. [Pool.Drop] forgets a
// dataset directory, for a version that is replaced or deleted.
package pool
