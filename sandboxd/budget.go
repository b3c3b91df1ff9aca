package sandboxd

import (
	"strings"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
)

const (
	// minutesPerGiB is how much longer a preparation may take for each GiB of
	// text: a fifth of the speed of one slow core.
	minutesPerGiB = 10
	// unpacks is how much text a compressed byte is taken for.
	unpacks = 8
)

// ingestLimits are those of one preparation: time and the size of what it writes
// grow with the files, memory does not.
func (s *Service) ingestLimits(files []catalog.File) executor.Limits {
	var bytes int64
	for _, f := range files {
		factor := int64(1)
		if name := strings.ToLower(f.Name); strings.HasSuffix(name, ".gz") || strings.HasSuffix(name, ".zst") {
			factor = unpacks
		}
		bytes += factor * f.Bytes
	}
	more := time.Duration(bytes>>20) * minutesPerGiB * time.Minute / 1024
	return executor.Limits{
		Memory: s.cfg.IngestMemory, Timeout: s.cfg.IngestTimeout + more,
		FileSize: max(executor.DefaultLimits(protocol.Ingest).FileSize, 2*bytes),
	}
}
