package sandboxd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/objects"
)

// frames returns the directory of a dataset's columnar copy. The first Python
// run over a dataset makes it, in a sandbox, and calls slow before; runs that
// come at the same time wait for that one.
func (s *Service) frames(ctx context.Context, d *catalog.Dataset, slow func()) (dir string, release func(), err error) {
	if !s.cfg.Python {
		return "", nil, fault.New(fault.FeatureDisabled, "Python is switched off on this Leo.").
			WithHint("An administrator can switch it on with LEO_PYTHON=on.")
	}
	if d.Prepared != nil && d.Prepared.Frames == nil {
		slow()
		made, err := s.framesOf(ctx, d)
		if err != nil {
			return "", nil, err
		}
		with, prepared := *d, *d.Prepared
		prepared.Frames = made
		with.Prepared = &prepared
		d = &with
	}
	dir, release, err = s.cache.Frames(ctx, d)
	if err == nil {
		s.places.add(d, dir)
	}
	return dir, release, err
}

// framesOf makes the copy, or waits for the one that is being made. It is made
// for everybody, so nobody's cancellation ends it.
func (s *Service) framesOf(ctx context.Context, d *catalog.Dataset) (*catalog.Frames, error) {
	waiting := s.framing.DoChan(d.Org+"/"+d.ID+"/"+d.Version, func() (any, error) {
		making, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.cfg.IngestTimeout+time.Minute)
		defer cancel()
		return s.makeFrames(making, d)
	})
	select {
	case made := <-waiting:
		frames, _ := made.Val.(*catalog.Frames)
		return frames, made.Err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// makeFrames runs the sandbox that makes the copy, stores it and records it.
func (s *Service) makeFrames(ctx context.Context, d *catalog.Dataset) (_ *catalog.Frames, err error) {
	dir, release, err := s.cache.Dataset(ctx, d)
	if err != nil {
		return nil, err
	}
	defer release()
	out, err := os.MkdirTemp(s.scratch(), "frames-")
	if err != nil {
		return nil, objects.DiskFault(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(out)) }()
	_, _, err = s.once(ctx, executor.Spec{
		Mode: protocol.Frames, DataDir: dir, OutDir: out, Org: d.Org,
		Limits: executor.Limits{Memory: s.cfg.IngestMemory, Timeout: s.cfg.IngestTimeout},
	}, protocol.Request{
		ID: d.ID, QueryType: protocol.Frames, TimeoutMS: int(s.cfg.IngestTimeout.Milliseconds()), MaxOutputBytes: 32 << 20,
	})
	if err != nil {
		return nil, err
	}
	path := filepath.Join(out, protocol.FramesName)
	f, err := os.Open(path) //nolint:gosec // our own scratch directory
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The tables were not laid out for Python.")
	}
	key := d.Org + "/" + d.ID + "/" + d.Version + "/frames"
	info, err := s.prepared.Put(ctx, key, f)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	frames := &catalog.Frames{Object: key, Bytes: info.Bytes, SHA256: info.SHA256}
	if err := s.cache.Adopt(path, info.SHA256, info.Bytes); err != nil {
		s.log.WarnContext(ctx, "columnar copy not kept in the cache", "error", err)
	}
	err = s.registry.Update(ctx, d.Org, d.ID, d.Version, func(r *catalog.Dataset) error {
		if r.Prepared != nil {
			r.Prepared.Frames = frames
		}
		return nil
	})
	if fault.CodeOf(err) == fault.NotFound { // deleted meanwhile: nobody would ever remove it
		err = errors.Join(err, s.prepared.Delete(ctx, key))
	}
	return frames, err
}
