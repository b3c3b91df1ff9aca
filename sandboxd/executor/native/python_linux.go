package native

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/leo-analytics/leo/sandboxd/executor/native/stage1"
	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
	"github.com/leo-analytics/leo/shared/fault"
)

// pythonRoot is what a Python sandbox has instead of the runner.
type pythonRoot struct {
	dir    string
	mounts []stage1.Mount
	links  map[string]string
}

// unpackTimeout bounds the first Python sandbox's wait for its root.
const unpackTimeout = 2 * time.Minute

// pythonRoot unpacks the root once.
func (e *Executor) pythonRoot(namespaces bool) (pythonRoot, error) {
	switch {
	case e.opts.Python == nil:
		return pythonRoot{}, fault.New(fault.FeatureDisabled, "Python is switched off on this Leo.").
			WithHint("An administrator can switch it on with LEO_PYTHON=on.")
	case !namespaces:
		return pythonRoot{}, fault.New(fault.FeatureDisabled, "Python does not run in sandboxes without namespaces.").
			WithHint("Use Docker for sandboxes, or allow user namespaces.")
	}
	// A lock of its own: runs of SQL do not wait for this.
	e.unpacking.Lock()
	defer e.unpacking.Unlock()
	if e.python != nil {
		// Somebody may have tidied up.
		if _, err := os.Stat(e.python.dir); err == nil {
			return *e.python, nil
		}
	}
	// Not the caller's context: the next one needs it as well.
	ctx, cancel := context.WithTimeout(context.Background(), unpackTimeout)
	defer cancel()
	dir, err := e.opts.Python.Unpack(ctx, e.opts.PythonDir)
	if err != nil {
		return pythonRoot{}, err
	}
	entries, err := rootfs.Entries(dir)
	if err != nil {
		return pythonRoot{}, err
	}
	root := pythonRoot{dir: dir, links: map[string]string{}}
	for _, entry := range entries {
		if entry.Link != "" {
			root.links[entry.Path] = entry.Link
			continue
		}
		root.mounts = append(root.mounts, stage1.Mount{
			Source: filepath.Join(dir, entry.Path), Target: entry.Path, Access: stage1.Tree,
		})
	}
	e.python = &root
	return root, nil
}
