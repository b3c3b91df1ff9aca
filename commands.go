package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/observe"
	"github.com/leo-analytics/leo/shared/run"
)

// pollEvery is how often the command line looks at a dataset's state.
const pollEvery = 200 * time.Millisecond

// pause waits for d or for the end of ctx.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return fault.Wrap(ctx.Err(), fault.Cancelled, "Stopped.")
	case <-t.C:
		return nil
	}
}

func (a *app) capsuleCommand() *cobra.Command {
	c := &cobra.Command{Use: "capsule", Short: "Work with run capsules", Args: args(cobra.NoArgs), RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(&cobra.Command{
		Use: "verify FILE...", Short: "Check that downloaded capsules were not altered", Args: args(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, files []string) error {
			for _, path := range files {
				data, err := os.ReadFile(path) //nolint:gosec // a file the person named
				if err != nil {
					return fault.Wrap(err, fault.NotFound, "The file %s cannot be read.", path).WithHint("Check the path.")
				}
				cap, err := run.Verify(data)
				if err != nil {
					return err
				}
				fmt.Fprintf(a.out, "%s: run %s verifies: %s, %d events, chain head %s\n", path, cap.RunID, cap.Status, len(cap.Chain.Events), cap.Chain.Head)
			}
			return nil
		},
	})
	return c
}

func (a *app) configCommand() *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "Show and check the configuration", Args: args(cobra.NoArgs), RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(
		&cobra.Command{
			Use: "print", Short: "Print every setting, where it comes from, and what it means; secrets are masked", Args: args(cobra.NoArgs),
			RunE: func(c *cobra.Command, _ []string) error {
				_, settings, err := a.config(c)
				if err != nil {
					return err
				}
				return a.printSettings(settings)
			},
		},
		a.configCheck(),
	)
	return c
}

func (a *app) printSettings(settings []config.Setting) error {
	tw := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "KEY\tVALUE\tFROM\tENVIRONMENT\tMEANING")
	for _, s := range settings {
		fmt.Fprintf(tw, "%s\t%q\t%s\t%s\t%s\n", s.Key, s.Masked(), s.Source, s.Env, s.Doc)
	}
	return tw.Flush()
}

func (a *app) configCheck() *cobra.Command {
	c := &cobra.Command{
		Use: "check", Short: "Check the configuration and what this machine offers", Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := a.config(c)
			if err != nil {
				return err
			}
			log, err := observe.NewLogger(a.err, cfg.LogLevel, cfg.LogFormat)
			if err != nil {
				return err
			}
			if err := limitsOf(cfg).Validate(); err != nil {
				return err
			}
			fmt.Fprintln(a.out, "The configuration is valid.")
			if err := checkModel(c.Context(), a.out, cfg); err != nil {
				return err
			}
			u := &up{cfg: cfg, log: log, say: func(format string, args ...any) { fmt.Fprintf(a.out, format+"\n", args...) }}
			exec, err := u.executor(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = exec.Close(context.WithoutCancel(c.Context())) }()
			facts, err := exec.Probe(c.Context())
			if err != nil {
				return err
			}
			out, err := json.MarshalIndent(facts, "", "  ")
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(a.out, "Isolation in force:\n%s\n", out)
			return err
		},
	}
	flags(c, "executor", unsafeFlag)
	return c
}
