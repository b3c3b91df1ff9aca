// Package syncer keeps the catalogue: it watches the registry and sees to it
// that every dataset version that was registered gets prepared and profiled.
//
// It is one of Leo's four roles. It holds no state of its own: what is to be done
// follows from the records. A version that is registered, or that says preparing
// although its worker may have died, gets a prepare task; tasks are deduplicated
// by the bus and a task for a version that is ready does nothing, so asking twice
// is harmless. On its schedule it also removes what interrupted uploads left in
// the object store.
package syncer
