package docker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/filters"
	"github.com/docker/docker/api/types/image"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/fault"
)

// The images: one with the runner, one with Python. Their tags are the beginning
// of the hash of what is in them.
const (
	runnerImage = "leo-runner"
	pythonImage = "leo-runner-python"
)

// contents is an image to be: its name, its only layer and what starts.
type contents struct {
	repository, sum string
	layer           func(io.Writer) error
	entrypoint      []string
}

func (c contents) ref() string { return c.repository + ":" + c.sum[:16] }

// Images makes sure that the daemon has every image sandboxes are made from and
// returns their names.
func (e *Executor) Images(ctx context.Context) ([]string, error) {
	ctx, leave, err := e.roster.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	modes := []protocol.QueryType{protocol.SQL}
	if e.opts.Python != nil {
		modes = append(modes, protocol.Python)
	}
	var refs []string
	for _, mode := range modes {
		ref, err := e.imageOf(ctx, mode)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

// imageOf returns the image of a mode's sandboxes. It imports the image when the
// daemon does not have it, which takes about a second, and removes those of
// other versions of the same kind, which are of no use any more.
func (e *Executor) imageOf(ctx context.Context, mode protocol.QueryType) (string, error) {
	kind := runnerImage
	if mode == protocol.Python {
		kind = pythonImage
	}
	// One at a time for each kind, without holding up the other.
	select {
	case e.importing[kind] <- struct{}{}:
		defer func() { <-e.importing[kind] }()
	case <-ctx.Done():
		return "", startFault(ctx, ctx.Err())
	}
	e.mu.Lock()
	ref, ok := e.images[kind]
	e.mu.Unlock()
	if ok {
		return ref, nil
	}
	c, err := e.contents(kind)
	if err != nil {
		return "", err
	}
	_, err = e.client.ImageInspect(ctx, c.ref())
	if errdefs.IsNotFound(err) {
		e.opts.Logger.InfoContext(ctx, "importing into docker", "image", c.ref())
		if err := e.importImage(ctx, c); err != nil {
			return "", fault.Wrap(err, fault.Unavailable, "Docker does not accept the image %s.", c.ref()).
				WithHint("Look at the daemon's log; its disk may be full.")
		}
		e.pruneImages(ctx, c)
	} else if err != nil {
		return "", unavailable(err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.images[kind] = c.ref()
	return c.ref(), nil
}

// forgetImages makes the next imageOf look again.
func (e *Executor) forgetImages() {
	e.mu.Lock()
	defer e.mu.Unlock()
	clear(e.images)
}

// contents describes the image of a kind as it has to be now.
func (e *Executor) contents(kind string) (contents, error) {
	if kind == pythonImage {
		root := e.opts.Python
		if root == nil {
			return contents{}, fault.New(fault.FeatureDisabled, "Python is switched off on this Leo.").
				WithHint("An administrator can switch it on with LEO_PYTHON=on.")
		}
		return contents{
			repository: kind, sum: root.Digest(), layer: root.Write,
			entrypoint: []string{protocol.PythonPath, "-I", "-B", "-X", "utf8", protocol.HarnessDir},
		}, nil
	}
	runner, err := rootfs.OpenRunner(e.opts.Runner)
	if err != nil {
		return contents{}, err
	}
	return contents{repository: kind, sum: runner.Digest(), entrypoint: []string{protocol.RunnerPath}, layer: runner.Write}, nil
}

// pruneImages removes the other images of a kind. One that a container of
// another leo still uses stays: the daemon refuses.
func (e *Executor) pruneImages(ctx context.Context, keep contents) {
	found, err := e.client.ImageList(ctx, image.ListOptions{Filters: filters.NewArgs(filters.Arg("label", labelImage+"="+keep.repository))})
	if err != nil {
		return
	}
	for _, old := range found {
		if len(old.RepoTags) == 0 && time.Since(time.Unix(old.Created, 0)) > imageAge {
			// Two processes imported the same: one lost its name.
			_, _ = e.client.ImageRemove(ctx, old.ID, image.RemoveOptions{})
		}
		for _, ref := range old.RepoTags {
			name, _, _ := strings.Cut(ref, ":")
			if name != keep.repository || ref == keep.ref() || time.Since(time.Unix(old.Created, 0)) < imageAge {
				continue
			}
			if _, err := e.client.ImageRemove(ctx, ref, image.RemoveOptions{}); err == nil {
				e.opts.Logger.InfoContext(ctx, "removed an image of another version", "image", ref)
			}
		}
	}
}

// labelImage says of an image that it is Leo's, and of which kind.
const labelImage = "leo.image"

// imageAge is how old an image of another version must be before it goes: two
// versions may run side by side for a while.
const imageAge = 24 * time.Hour

// importImage streams the layer into the daemon.
func (e *Executor) importImage(ctx context.Context, c contents) error {
	archive, w := io.Pipe()
	written := make(chan struct{})
	go func() {
		defer close(written)
		_ = w.CloseWithError(c.layer(w))
	}()
	defer func() {
		_ = archive.Close()
		<-written
	}()
	entrypoint, err := json.Marshal(c.entrypoint)
	if err != nil {
		return err
	}
	body, err := e.client.ImageImport(ctx, image.ImportSource{Source: archive, SourceName: "-"}, c.ref(), image.ImportOptions{
		Message: c.repository,
		Changes: []string{
			"ENTRYPOINT " + string(entrypoint),
			fmt.Sprintf("USER %d:%d", executor.UID, executor.UID),
			"LABEL " + labelImage + "=" + c.repository,
			"LABEL leo.content=" + c.sum,
		},
	})
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }()
	for messages := json.NewDecoder(body); ; {
		var message struct {
			Error string `json:"error"`
		}
		if err := messages.Decode(&message); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		if message.Error != "" {
			return errors.New(message.Error)
		}
	}
	_, err = e.client.ImageInspect(ctx, c.ref())
	return err
}
