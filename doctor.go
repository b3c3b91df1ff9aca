package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/sandboxd/doctor"
	"github.com/leo-analytics/leo/sandboxd/executor"
	"github.com/leo-analytics/leo/sandboxd/executor/choice"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/observe"
)

// doctorTimeout bounds a whole examination.
const doctorTimeout = 5 * time.Minute

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Try whether the sandboxes of this machine hold",
		Long: "Makes sandboxes the way `leo up` does and tries to break out of them: network, files, programs, rights, limits,\n" +
			"statements, leftovers. Prints one line per check and fails if one does not hold. A running Leo is not disturbed.",
		Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := a.config(c)
			if err != nil {
				return err
			}
			log, err := observe.NewLogger(a.err, cfg.LogLevel, cfg.LogFormat)
			if err != nil {
				return err
			}
			opts, err := sandboxOptions(cfg, log)
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(c.Context(), doctorTimeout)
			defer cancel()
			exec, why, err := choice.Select(ctx, opts)
			if err != nil {
				return err
			}
			defer func() { _ = exec.Close(context.WithoutCancel(ctx)) }()
			report, err := examine(ctx, cfg, exec)
			if err != nil {
				return err
			}
			report.Reason = why
			return a.printReport(report, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	flags(c, "executor", unsafeFlag)
	return c
}

// doctorReport is what an examination found.
type doctorReport struct {
	Executor string `json:"executor"`
	// Reason is the sentence that says which executor was chosen and why.
	Reason       string                `json:"reason"`
	Capabilities executor.Capabilities `json:"capabilities"`
	Passed       int                   `json:"passed"`
	Skipped      int                   `json:"skipped"`
	Failed       int                   `json:"failed"`
	Checks       []doctor.Check        `json:"checks"`
}

// examine lets the doctor work below the data directory, from which sandboxes are
// made in any case, and leaves nothing there.
func examine(ctx context.Context, cfg config.Config, exec executor.Executor) (doctorReport, error) {
	r := doctorReport{Executor: exec.Name()}
	dir := filepath.Join(cfg.DataDir, "doctor")
	_, missing := os.Stat(cfg.DataDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return r, fault.Wrap(err, fault.Validation, "The data directory %s cannot be made.", cfg.DataDir).
			WithHint("Set --data-dir to a directory Leo may write to.")
	}
	defer func() {
		// Neither is removed if somebody else has something there.
		_ = os.Remove(dir)
		if missing != nil {
			_ = os.Remove(cfg.DataDir)
		}
	}()
	var err error
	if r.Capabilities, err = exec.Probe(ctx); err != nil {
		return r, err
	}
	opts := doctor.Options{Dir: dir}
	if cfg.Python {
		opts.Extra = doctor.Python(dir)
	}
	if r.Checks, err = doctor.Run(ctx, exec, opts); err != nil {
		return r, err
	}
	for _, c := range r.Checks {
		switch {
		case c.Passed:
			r.Passed++
		case c.Skipped:
			r.Skipped++
		default:
			r.Failed++
		}
	}
	return r, nil
}

// printReport prints what was found and fails if something does not hold.
func (a *app) printReport(r doctorReport, asJSON bool) error {
	shown := any(r.Capabilities)
	if asJSON {
		shown = r
	}
	data, err := json.MarshalIndent(shown, "", "  ")
	if err != nil {
		return err
	}
	if !asJSON {
		fmt.Fprintln(a.out, r.Reason)
		for _, c := range r.Checks {
			fmt.Fprintln(a.out, checkLine(c))
		}
		fmt.Fprintf(a.out, "%d checks: %d passed, %d skipped, %d failed.\nIsolation in force:\n", len(r.Checks), r.Passed, r.Skipped, r.Failed)
	}
	fmt.Fprintf(a.out, "%s\n", data)
	if r.Failed > 0 {
		return fault.New(fault.Internal, "%d of %d checks failed: runs on this machine are not isolated as Leo promises.", r.Failed, len(r.Checks)).
			WithHint("Do not let others use this Leo until they pass; docs/security.md says what each layer is for.")
	}
	return nil
}

// checkLine is one check for a person.
func checkLine(c doctor.Check) string {
	name := c.Layer + ": " + c.Name
	switch {
	case c.Passed && c.Detail != "":
		return fmt.Sprintf("pass  %s (%s; %d ms)", name, c.Detail, c.Took.Milliseconds())
	case c.Passed:
		return fmt.Sprintf("pass  %s (%d ms)", name, c.Took.Milliseconds())
	case c.Skipped:
		return fmt.Sprintf("skip  %s: %s", name, c.Detail)
	}
	return fmt.Sprintf("FAIL  %s: %s", name, c.Detail)
}
