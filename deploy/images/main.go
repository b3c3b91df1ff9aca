// Command images writes Leo's images as archives, from what make build and make images
// left in bin: the same files make the same images. It can push them.
//
//	images -version V [-dir bin] [-out bin/images] [-prefix REGISTRY/PATH/] [-push]
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/leo-analytics/leo/deploy/images/oci"
)

func main() {
	version := flag.String("version", "dev", "tag of the images")
	dir := flag.String("dir", "bin", "where the binaries are: leo, leo-ARCH for further architectures, leo-runner, leo-python.tar")
	out := flag.String("out", "bin/images", "where the archives go")
	prefix := flag.String("prefix", "", "registry and path the images are pushed to, with a slash at the end")
	push := flag.Bool("push", false, "push them, with the credentials docker login left")
	flag.Parse()
	if err := run(*version, *dir, *out, *prefix, *push); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

func run(version, dir, out, prefix string, push bool) error {
	if err := os.MkdirAll(out, 0o750); err != nil {
		return err
	}
	images, err := list(dir)
	if err != nil {
		return err
	}
	pushed := map[string]v1.ImageIndex{}
	for _, i := range images {
		built, err := i.Build(version)
		if err != nil {
			return err
		}
		digest, err := built.Digest()
		if err != nil {
			return err
		}
		file := filepath.Join(out, fmt.Sprintf("%s-%s.tar", i.Name, i.Arch))
		if err := oci.Save(built, i.Name+":"+version, file); err != nil {
			return err
		}
		fmt.Fprintf(os.Stdout, "%s  %s:%s  linux/%s  %s\n", file, i.Name, version, i.Arch, digest)
		if pushed[i.Name] == nil {
			pushed[i.Name] = empty.Index
		}
		pushed[i.Name] = mutate.AppendManifests(pushed[i.Name], mutate.IndexAddendum{
			Add: built, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: i.Arch}},
		})
	}
	if !push {
		return nil
	}
	for repository, index := range pushed {
		ref, err := name.ParseReference(prefix + repository + ":" + version)
		if err != nil {
			return err
		}
		if err := remote.WriteIndex(ref, index, remote.WithAuthFromKeychain(authn.DefaultKeychain)); err != nil {
			return fmt.Errorf("push %s: %w", ref, err)
		}
		fmt.Fprintf(os.Stdout, "pushed %s\n", ref)
	}
	return nil
}

// list says which images can be made of what is there.
func list(dir string) ([]oci.Image, error) {
	runner := filepath.Join(dir, "leo-runner")
	images := []oci.Image{oci.Leo(filepath.Join(dir, "leo"), runtime.GOARCH)}
	others, err := filepath.Glob(filepath.Join(dir, "leo-*64"))
	if err != nil {
		return nil, err
	}
	for _, other := range others {
		images = append(images, oci.Leo(other, filepath.Base(other)[len("leo-"):]))
	}
	sandbox, err := oci.Runner(runner, runtime.GOARCH)
	if err != nil {
		return nil, err
	}
	images = append(images, sandbox)
	root := filepath.Join(dir, "leo-python.tar")
	if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintln(os.Stdout, "There is no leo-python.tar: no image for Python (make images builds it on Debian).")
		return images, nil
	}
	python, err := oci.Python(root, runner, runtime.GOARCH)
	if err != nil {
		return nil, err
	}
	return append(images, python), nil
}
