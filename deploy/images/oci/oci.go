package oci

import (
	"archive/tar"
	"fmt"
	"io"
	"os"
	"path"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
	"github.com/leo-analytics/leo/sandboxd/protocol"
)

// Image is an image to be.
type Image struct {
	// Name is the repository's last part, such as leo-runner.
	Name string
	// Description is a sentence.
	Description string
	// Layers write tar archives, the lowest first. Each may be called more than once
	// and writes the same then.
	Layers []func(io.Writer) error
	// Entrypoint, Env and WorkingDir are what a container starts with.
	Entrypoint, Env []string
	WorkingDir      string
	// Arch is the architecture as Go calls it.
	Arch string
}

// Leo is the image of the roles: one static binary.
func Leo(binary, arch string) Image {
	return Image{
		Name: "leo", Description: "Leo's gateway, planner, sandboxd, syncer and command line.", Arch: arch,
		Layers: []func(io.Writer) error{func(w io.Writer) error {
			layer := tar.NewWriter(w)
			// A volume that is mounted here is the user's, because this directory is.
			if err := layer.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: "data/", Mode: 0o750, Uid: executor.UID, Gid: executor.UID}); err != nil {
				return fmt.Errorf("write layer: %w", err)
			}
			return file(layer, binary, "/leo")
		}},
		Entrypoint: []string{"/leo"}, Env: []string{"LEO_DATA_DIR=/data"}, WorkingDir: "/data",
	}
}

// Runner is the image of SQL sandboxes.
func Runner(binary, arch string) (Image, error) {
	root, err := rootfs.OpenRunner(binary)
	if err != nil {
		return Image{}, fmt.Errorf("runner: %w", err)
	}
	return Image{
		Name: "leo-runner", Description: "What runs SQL in Leo's sandboxes.", Arch: arch,
		Layers: []func(io.Writer) error{root.Write}, Entrypoint: []string{protocol.RunnerPath}, WorkingDir: "/",
	}, nil
}

// Python is the image of Python sandboxes: their root, and the runner, which locks
// a sandbox down before Python begins.
func Python(root, runner, arch string) (Image, error) {
	python, err := rootfs.Open(root)
	if err != nil {
		return Image{}, fmt.Errorf("python root: %w", err)
	}
	binary := func(w io.Writer) error { return file(tar.NewWriter(w), runner, protocol.RunnerPath) }
	return Image{
		Name: "leo-runner-python", Description: "What runs Python in Leo's sandboxes.", Arch: arch,
		Layers:     []func(io.Writer) error{python.Write, binary},
		Entrypoint: []string{protocol.PythonPath, "-I", "-B", "-X", "utf8", protocol.HarnessDir}, WorkingDir: "/",
	}, nil
}

// Program is the image of one static program, found there at a path.
func Program(image, binary, at, arch string) Image {
	return Image{
		Name: image, Description: "One program.", Arch: arch, Entrypoint: []string{at}, WorkingDir: "/",
		Layers: []func(io.Writer) error{func(w io.Writer) error { return file(tar.NewWriter(w), binary, at) }},
	}
}

// file writes a program as the last file of a layer.
func file(layer *tar.Writer, from, to string) error {
	f, err := os.Open(from) //nolint:gosec // the caller says where its binaries are
	if err != nil {
		return fmt.Errorf("write layer: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("write layer: %w", err)
	}
	if err := layer.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: path.Clean(to)[1:], Mode: 0o755, Size: info.Size()}); err != nil {
		return fmt.Errorf("write layer: %w", err)
	}
	if _, err := io.Copy(layer, f); err != nil {
		return fmt.Errorf("write layer: %w", err)
	}
	return layer.Close()
}

// Build makes the image of a version.
func (i Image) Build(version string) (v1.Image, error) {
	built := mutate.MediaType(empty.Image, "application/vnd.oci.image.manifest.v1+json")
	built = mutate.ConfigMediaType(built, "application/vnd.oci.image.config.v1+json")
	for _, write := range i.Layers {
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) {
			r, w := io.Pipe()
			go func() { _ = w.CloseWithError(write(w)) }()
			return r, nil
		}, tarball.WithMediaType("application/vnd.oci.image.layer.v1.tar+gzip"))
		if err == nil {
			built, err = mutate.AppendLayers(built, layer)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", i.Name, err)
		}
	}
	config, err := built.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", i.Name, err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", i.Arch
	// No time of its own: the same files are the same image.
	config.Created = v1.Time{Time: time.Unix(0, 0).UTC()}
	config.Config = v1.Config{
		Entrypoint: i.Entrypoint, Env: i.Env, WorkingDir: i.WorkingDir,
		User: fmt.Sprintf("%d:%d", executor.UID, executor.UID),
		Labels: map[string]string{
			"org.opencontainers.image.title":       i.Name,
			"org.opencontainers.image.description": i.Description,
			"org.opencontainers.image.version":     version,
			"org.opencontainers.image.licenses":    "Apache-2.0",
		},
	}
	if built, err = mutate.ConfigFile(built, config); err != nil {
		return nil, fmt.Errorf("%s: %w", i.Name, err)
	}
	return built, nil
}

// Save writes an image as an archive that docker load, ctr and kind take, under a name
// such as leo:1.2.
func Save(built v1.Image, ref, file string) error {
	tag, err := name.NewTag(ref)
	if err != nil {
		return fmt.Errorf("name %s: %w", ref, err)
	}
	if err := tarball.WriteToFile(file, tag, built); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return nil
}
