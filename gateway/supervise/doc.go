// Package supervise makes sure that every run ends.
//
// Two things can leave a run without an end: an event that no worker could
// handle as often as it was tried (a dead letter), and a run whose next worker
// never came, whatever the reason. The first is told by the bus; the second is
// found by sweeps over the runs that are open, which end those that took longer
// than they may. That is the real guarantee, because nothing has to arrive for it
// to work and no clock has to be right.
//
// Both end the run with a failed event at its tail. The append names the tail it
// was decided on, so several gateways may supervise at once, and may be restarted
// at any moment: one failed event lands, and a run that moved on after all is
// left alone.
package supervise
