package history

import (
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/run"
)

// folding is a run on its way, with the events its digest will need.
type folding struct {
	run    run.Run
	events []event.Event
}

func (f *folding) add(e event.Event) error {
	if err := f.run.Apply(e); err != nil {
		return err
	}
	f.events = append(f.events, e)
	return nil
}

// row is the run's row, with the capsule's digest once the run has ended. The
// row is usable even when the capsule cannot be made.
func (f *folding) row() (row, error) {
	if !f.run.Status.Terminal() {
		return rowOf(&f.run, f.events[0].Seq, proof{}), nil
	}
	capsule, err := run.NewCapsule(f.events)
	if err != nil {
		return rowOf(&f.run, f.events[0].Seq, proof{}), err
	}
	p, err := proofOf(capsule)
	return rowOf(&f.run, f.events[0].Seq, p), err
}
