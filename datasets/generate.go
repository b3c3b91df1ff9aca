package datasets

import (
	"context"
	"errors"
	"fmt"

	"github.com/leo-analytics/leo/datasets/ecommerce"
	"github.com/leo-analytics/leo/datasets/sensors"
	"github.com/leo-analytics/leo/datasets/support"
	"github.com/leo-analytics/leo/datasets/synth"
)

// generators are the programs behind the ids.
func generators() map[string]func(*synth.Dir) error {
	return map[string]func(*synth.Dir) error{
		"ecommerce": ecommerce.Generate,
		"support":   support.Generate,
		"sensors":   sensors.Generate,
	}
}

// Generate writes the CSV files of the dataset called id into dir, which is
// made where it is missing. The bytes are the same on every call and platform.
//
// The files appear together when all of them are complete and replace older
// ones; when Generate fails or ctx is cancelled, none of them appears, older
// ones stay, and no temporary file is left. Two calls for one dir do not
// disturb each other.
//
// progress may be nil. It is called from this goroutine with the number of data
// rows of a file so far, every 10 000 rows and at the end of each file.
//
// It returns [ErrUnknown] for an unknown id, the cause of a cancelled ctx, and
// otherwise the error of the file system.
func Generate(ctx context.Context, id, dir string, progress func(file string, rows int)) (err error) {
	generate, ok := generators()[id]
	if !ok {
		return fmt.Errorf("%w: %q", ErrUnknown, id)
	}
	d, err := synth.NewDir(ctx, dir, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Discard()) }()
	if err := generate(d); err != nil {
		return fmt.Errorf("generate %s: %w", id, err)
	}
	return d.Commit()
}
