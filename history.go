package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/shared/fault"
)

const rebuildPath = "/api/v1/audit/rebuild"

// patienceToRebuild is how often a gateway that does not answer is asked again: for about half a
// minute.
const patienceToRebuild = 150

func (a *app) historyCommand() *cobra.Command {
	c := &cobra.Command{Use: "history", Short: "Rebuild a gateway's run list", Args: args(cobra.NoArgs), RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.historyRebuild(), a.historyStatus())
	return c
}

func (a *app) historyRebuild() *cobra.Command {
	var wait bool
	c := &cobra.Command{
		Use: "rebuild", Short: "Make the run list of a gateway anew, from its archive and the log, while the old one is used", Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			cl, stop, err := a.connect(c)
			if err != nil {
				return err
			}
			defer stop()
			var now history.Progress
			if err := cl.call(c.Context(), http.MethodPost, rebuildPath, nil, &now); err != nil {
				return err
			}
			if !wait && !cl.own {
				_, err := fmt.Fprintln(a.out, "The run list is being rebuilt; `leo history status` says how far it is.")
				return err
			}
			return a.awaitRebuild(c.Context(), cl)
		},
	}
	c.Flags().BoolVar(&wait, "wait", false, "wait until the new list is in place; always where no Leo runs")
	return c
}

func (a *app) historyStatus() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Say how far the rebuild of the run list is, or how the last one ended", Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			cl, stop, err := a.connect(c)
			if err != nil {
				return err
			}
			defer stop()
			var now history.Progress
			if err := cl.call(c.Context(), http.MethodGet, rebuildPath, nil, &now); err != nil {
				return err
			}
			return a.sayRebuild(now)
		},
	}
}

// awaitRebuild waits until the rebuild under way has ended. A gateway that starts again
// meanwhile begins it again.
func (a *app) awaitRebuild(ctx context.Context, cl *client) error {
	status := a.statusLine()
	defer status.clear()
	for silent := 0; ; {
		var now history.Progress
		err := cl.call(ctx, http.MethodGet, rebuildPath, nil, &now)
		switch {
		case (fault.CodeOf(err) == fault.Unavailable || now.State == history.RebuildNone) && silent < patienceToRebuild:
			silent++
		case err != nil:
			return err
		case now.State == history.RebuildRunning:
			silent = 0
			status.show(rebuildLine(now))
		default:
			status.clear()
			return a.sayRebuild(now)
		}
		if err := pause(ctx, pollEvery); err != nil {
			return err
		}
	}
}

func rebuildLine(now history.Progress) string {
	return fmt.Sprintf("at event %d of %d, %d read, %d of them from the archive", now.Position, now.Target, now.Events, now.Archived)
}

// sayRebuild prints a rebuild, and fails with its fault if it failed.
func (a *app) sayRebuild(now history.Progress) error {
	switch now.State {
	case history.RebuildNone:
		fmt.Fprintln(a.out, "The run list was not rebuilt since the gateway began.")
		return nil
	case history.RebuildFailed:
		fmt.Fprintln(a.out, "The run list could not be rebuilt; the old one is still there.")
		return now.Error
	case history.RebuildRunning:
		fmt.Fprintf(a.out, "Being rebuilt: %s\n", rebuildLine(now))
		return nil
	}
	fmt.Fprintf(a.out, "Rebuilt in %.1f s: %s\n", now.FinishedAt.Sub(now.StartedAt).Seconds(), rebuildLine(now))
	for _, line := range []struct {
		n    int64
		text string
	}{
		{now.Missing, "events are in neither the archive nor the log"},
		{now.Kept, "runs were kept as they were, because events of theirs are missing"},
		{now.Altered, "runs are not what was recorded when they ended; `leo replay --verify` names them"},
		{now.Unknown, "runs of the old list are not in the log, and were left out"},
	} {
		if line.n > 0 {
			fmt.Fprintf(a.out, "%d %s\n", line.n, line.text)
		}
	}
	return nil
}
