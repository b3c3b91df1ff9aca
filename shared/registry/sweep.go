package registry

import (
	"context"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// Sweep removes what interrupted uploads and deletions left behind: unfinished
// uploads nobody added to for age, versions older than age that nothing points
// at, objects older than age that no record names, and chunks of objects whose
// writer was killed. It returns how many.
func (r *Registry) Sweep(ctx context.Context, age time.Duration) (int, error) {
	n, used, err := r.sweepSessions(ctx, age)
	if err != nil {
		return n, err
	}
	m, err := r.sweepVersions(ctx, age, used)
	if n += m; err != nil {
		return n, err
	}
	m, err = r.uploads.Sweep(ctx, func(key string) bool { return used[key] }, age)
	if n += m; err != nil {
		return n, err
	}
	m, err = r.prepared.Sweep(ctx, func(string) bool { return true }, age)
	return n + m, err
}

// sweepVersions forgets the versions that nothing points at and adds the objects
// of the others to used.
func (r *Registry) sweepVersions(ctx context.Context, age time.Duration, used map[string]bool) (int, error) {
	entries, err := r.records.List(ctx, "")
	if err != nil {
		return 0, err
	}
	pointed, n := map[string]bool{}, 0
	for _, e := range entries {
		if strings.Count(e.Key, ".") == 1 {
			pointed[e.Key] = true
		}
	}
	for _, e := range entries {
		if strings.Count(e.Key, ".") != 2 {
			continue
		}
		d, err := decode(e)
		if err != nil {
			return n, err
		}
		if !pointed[pointerKey(d.Org, d.ID)] && time.Since(d.CreatedAt) >= age {
			if err := r.forget(ctx, d); err != nil {
				return n, err
			}
			n++
			continue
		}
		note(used, d.Files)
	}
	return n, nil
}

// note adds the objects of files to a set.
func note(used map[string]bool, files []catalog.File) {
	for _, f := range files {
		for _, key := range f.Objects() {
			used[key] = true
		}
	}
}

// dropFiles removes the objects of files that no record of the org names any
// more: a version that adds files to another one shares its objects.
func (r *Registry) dropFiles(ctx context.Context, org string, files []catalog.File) {
	if len(files) == 0 {
		return
	}
	used := map[string]bool{}
	entries, err := r.records.List(ctx, org+".")
	if err != nil {
		r.log.WarnContext(ctx, "uploaded files left behind", "org", org, "error", err)
		return
	}
	for _, e := range entries {
		if strings.Count(e.Key, ".") != 2 {
			continue
		}
		d, err := decode(e)
		if err != nil {
			r.log.WarnContext(ctx, "uploaded files left behind", "org", org, "error", err)
			return
		}
		note(used, d.Files)
	}
	for _, f := range files {
		for _, key := range f.Objects() {
			if used[key] {
				continue
			}
			if err := r.uploads.Delete(ctx, key); err != nil && fault.CodeOf(err) != fault.NotFound {
				r.log.WarnContext(ctx, "uploaded file left behind", "object", key, "error", err)
			}
		}
	}
}
