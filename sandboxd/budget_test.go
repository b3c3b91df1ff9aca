package sandboxd

import (
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
)

func TestTimeAndSizeGrowWithTheFilesAndMemoryDoesNot(t *testing.T) {
	s := &Service{cfg: Config{}.WithDefaults()}
	for name, c := range map[string]struct {
		file catalog.File
		time time.Duration
		size int64
	}{
		"small":      {catalog.File{Name: "a.csv", Bytes: 100}, 15 * time.Minute, 16 << 30},
		"large":      {catalog.File{Name: "a.csv", Bytes: 12 << 30}, 135 * time.Minute, 24 << 30},
		"compressed": {catalog.File{Name: "a.csv.GZ", Bytes: 1 << 30}, 95 * time.Minute, 16 << 30},
	} {
		l := s.ingestLimits([]catalog.File{c.file})
		if l.Timeout != c.time || l.FileSize != c.size || l.Memory != 1<<30 {
			t.Errorf("%s: %+v", name, l)
		}
	}
}
