package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/sandboxd/executor/docker"
	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/observe"
)

func (a *app) imagesCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "images", Short: "Import the images of Docker sandboxes now, instead of at the first run", Args: args(cobra.NoArgs),
		Long: "Import the images of Docker sandboxes now, instead of at the first run.\n\n" +
			"Each is made from a file beside this program, without a base image or a registry: leo-runner, and\n" +
			"leo-python.tar if it is there. Their names end with the hash of their content.",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := a.config(c)
			if err != nil {
				return err
			}
			log, err := observe.NewLogger(a.err, cfg.LogLevel, cfg.LogFormat)
			if err != nil {
				return err
			}
			runner, err := runnerPath(cfg)
			if err != nil {
				return err
			}
			opts := docker.Options{Runner: runner, Unsafe: true, Logger: log}
			root := cfg.PythonRoot
			if root == "" {
				root = filepath.Join(filepath.Dir(runner), pythonRootName)
			}
			if _, err := os.Stat(root); err == nil || cfg.Python {
				if opts.Python, err = rootfs.Open(root); err != nil {
					return err
				}
			}
			return a.images(c.Context(), opts)
		},
	}
	return c
}

// images imports and prints the names. Without Docker there is nothing to do:
// native sandboxes use the files themselves.
func (a *app) images(ctx context.Context, opts docker.Options) (err error) {
	e, err := docker.New(opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close(context.WithoutCancel(ctx))) }()
	if err := e.Ping(ctx); fault.CodeOf(err) == fault.Unavailable {
		fmt.Fprintln(a.out, "Docker does not answer, so there is nothing to import: native sandboxes use the files themselves.")
		return nil
	}
	refs, err := e.Images(ctx)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		fmt.Fprintln(a.out, ref)
	}
	return nil
}
