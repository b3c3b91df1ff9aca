package datadir

import (
	"errors"
	"fmt"
	"os"

	"github.com/leo-analytics/leo/shared/fault"
)

// FreeBytes is what the disk below dir has left for us; false where the system
// does not say, or where nothing is left.
func FreeBytes(dir string) (int64, bool) {
	free := freeBytes(dir)
	return free, free > 0
}

// Writable tries whether a file can be made in dir, filled and removed, and says
// how much room there is. It fails with UNAVAILABLE.
func Writable(dir string) (detail string, err error) {
	f, err := os.CreateTemp(dir, "probe-")
	if err == nil {
		_, err = f.Write(make([]byte, 4096))
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "The data directory cannot be written.").
			WithHint("Check that its disk is not full and that Leo may write to it.")
	}
	if free, ok := FreeBytes(dir); ok {
		detail = fmt.Sprintf("%.1f GB free", float64(free)/1e9)
	}
	return detail, nil
}
