package intake

import (
	"context"
	"fmt"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// copies is how often the bytes of an upload are on the disk at the worst moment:
// stored, copied for the sandbox, and as the prepared dataset in the making.
const copies = 3

// checkFiles refuses files that are empty, have no name, or do not fit beside
// those there are.
func (s *Service) checkFiles(ctx context.Context, session *registry.Session, have []registry.SessionFile, more []File) error {
	n, total := len(have), int64(0)
	for _, f := range have {
		total += f.Bytes
	}
	if session.Mode == registry.ModeAdd {
		d, err := s.registry.Get(ctx, session.Org, session.DatasetID)
		if err != nil {
			return err
		}
		n += len(d.Files)
		for _, f := range d.Files {
			total += f.Bytes
		}
	}
	for i, f := range more {
		path := fmt.Sprintf("/files/%d", i)
		if err := s.checkFile(f, path); err != nil {
			return err
		}
		if total += f.Bytes; total > s.cfg.MaxDataset {
			return fault.New(fault.PayloadTooLarge, "The files of a dataset can have %s together, and these have more.", size(s.cfg.MaxDataset)).
				WithHint("Leave some out, or ask an administrator to raise max_upload_bytes.").With("max_bytes", s.cfg.MaxDataset).With("path", path)
		}
	}
	if n+len(more) > registry.MaxFiles {
		return fault.New(fault.PayloadTooLarge, "A dataset can have %d files at most.", registry.MaxFiles).
			WithHint("Upload the rest as another dataset.").With("max_files", registry.MaxFiles)
	}
	return nil
}

func (s *Service) checkFile(f File, path string) error {
	name := registry.BaseName(f.Name)
	switch {
	case strings.Trim(name, "./ ") == "" || len(name) > 255:
		return fault.New(fault.Validation, "A file has no usable name.").
			WithHint("Give it a name of at most 255 bytes; it becomes the table's name.").With("path", path+"/name")
	case len(f.Fingerprint) > 512:
		return fault.New(fault.Validation, "A fingerprint is longer than 512 bytes.").WithHint("Send a hash of it.").With("path", path+"/fingerprint")
	case f.Bytes <= 0:
		return fault.New(fault.Validation, "The file %q is empty.", name).
			WithHint("Upload a file with a header line and at least one row.").With("path", path+"/bytes")
	case f.Bytes > s.cfg.MaxFile:
		return fault.New(fault.PayloadTooLarge, "The file %q has %s; %s is the most.", name, size(f.Bytes), size(s.cfg.MaxFile)).
			WithHint("Split it, or ask an administrator to raise max_file_bytes.").With("max_bytes", s.cfg.MaxFile).With("path", path+"/bytes")
	}
	return nil
}

// room refuses files for which the disk is too small, beside what else is on its
// way.
func (s *Service) room(open []*registry.Session, more []File) error {
	if s.cfg.Free == nil {
		return nil
	}
	free, known := s.cfg.Free()
	if !known {
		return nil
	}
	var need int64
	for _, f := range more {
		need += copies * f.Bytes
	}
	for _, one := range open {
		for _, f := range one.Files {
			need += copies*f.Bytes - f.Offset
		}
	}
	if need > free {
		return fault.New(fault.ResourceExceeded, "There is not enough disk space for this upload: it takes about %s, and %s is free.", size(need), size(free)).
			WithHint("Free some space in Leo's data directory, or cancel unfinished uploads.").With("need_bytes", need).With("free_bytes", free)
	}
	return nil
}

// size writes a number of bytes for a person.
func size(n int64) string {
	units := []string{"KiB", "MiB", "GiB", "TiB"}
	if n < 1<<10 {
		return fmt.Sprintf("%d bytes", n)
	}
	v, unit := float64(n)/(1<<10), 0
	for v >= 1024 && unit < len(units)-1 {
		v, unit = v/1024, unit+1
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0") + " " + units[unit]
}
