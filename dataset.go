package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/datasets"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/observe"
	"github.com/leo-analytics/leo/shared/registry"
)

// datasetSummary is what the API says about a dataset in a list.
type datasetSummary struct {
	ID      string        `json:"id"`
	Title   string        `json:"title"`
	State   catalog.State `json:"state"`
	Version string        `json:"version"`
	Rows    int64         `json:"rows"`
	Tables  []struct {
		Name string `json:"name"`
		Rows int64  `json:"rows"`
	} `json:"tables"`
	Fault *fault.Fault `json:"fault"`
}

func (a *app) datasetCommand() *cobra.Command {
	c := &cobra.Command{Use: "dataset", Short: "List, add, prepare and examine datasets", Args: args(cobra.NoArgs), RunE: func(c *cobra.Command, _ []string) error { return c.Help() }}
	c.AddCommand(a.datasetList(), a.datasetAdd(), a.datasetDemo(), a.datasetPrepare(), a.datasetReport())
	return c
}

func (a *app) datasetList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the datasets", Args: args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			cl, stop, err := a.connect(c)
			if err != nil {
				return err
			}
			defer stop()
			var list struct {
				Datasets []datasetSummary `json:"datasets"`
			}
			if err := cl.call(c.Context(), http.MethodGet, "/api/v1/datasets", nil, &list); err != nil {
				return err
			}
			tw := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
			fmt.Fprintln(tw, "ID\tTITLE\tSTATE\tTABLES\tROWS\tVERSION")
			for _, d := range list.Datasets {
				fmt.Fprintf(tw, "%s\t%s\t%s\t%d\t%d\t%.12s\n", d.ID, plainText(d.Title), d.State, len(d.Tables), d.Rows, d.Version)
			}
			return tw.Flush()
		},
	}
}

func (a *app) datasetAdd() *cobra.Command {
	var id, title string
	c := &cobra.Command{
		Use: "add FILE...", Short: "Register your own files as one dataset and prepare it",
		Long: "Register your own files as one dataset and prepare it. Large files are sent in pieces: when it was interrupted,\n" +
			"the same command goes on where it stopped, within a day.",
		Args: args(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, files []string) error {
			if err := checkFiles(files); err != nil {
				return err
			}
			cl, stop, err := a.connect(c)
			if err != nil {
				return err
			}
			defer stop()
			var d datasetSummary
			if err := a.sendFiles(c.Context(), cl, id, title, files, &d); err != nil {
				return err
			}
			fmt.Fprintf(a.err, "Registered %s, version %.12s\n", d.ID, d.Version)
			return a.awaitDataset(c, cl, d.ID)
		},
	}
	c.Flags().StringVar(&id, "id", "", "id of the dataset (default: from the first file's name); an existing id gets a new version")
	c.Flags().StringVar(&title, "title", "", "title of the dataset")
	return c
}

// datasetDemo writes to the log itself, as `leo token` does: what the demo datasets
// say about themselves is nothing an upload can carry.
func (a *app) datasetDemo() *cobra.Command {
	var org string
	c := &cobra.Command{
		Use: "demo", Short: "Register the demo datasets in a deployment of separate roles", Args: args(cobra.NoArgs),
		Long: "Generates the demo datasets and registers them for an organisation of a deployment of separate roles (nats_url), whose\n" +
			"syncer and sandboxd prepare them. What is there already stays. `leo up` registers them by itself.",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := a.config(c)
			if err != nil {
				return err
			}
			if cfg.NATSURL == "" {
				return fault.New(fault.Validation, "There is no deployment of separate roles: nats_url is not set.").
					WithHint("`leo up` registers the demo datasets by itself. Else set LEO_NATS_URL.")
			}
			log, err := observe.NewLogger(a.err, "error", cfg.LogFormat)
			if err != nil {
				return err
			}
			b, err := bus.Connect(c.Context(), busConfig(cfg, "cli"), log)
			if err != nil {
				return err
			}
			u := &up{cfg: cfg, log: log, say: a.progress()}
			defer u.closeBus(c.Context(), b)
			if err := b.EnsureTopology(c.Context()); err != nil {
				return err
			}
			return u.registerDemos(c.Context(), registry.New(b, log), org)
		},
	}
	c.Flags().StringVar(&org, "org", localOrg, "organisation that gets them")
	return c
}

// registerDemos registers all of them.
func (u *up) registerDemos(ctx context.Context, r *registry.Registry, org string) error {
	if !event.ValidToken(org) {
		return fault.New(fault.Validation, "%q is no name of an organisation.", org).WithHint("Use letters, digits, - and _.")
	}
	for _, d := range datasets.LoadRegistry().Datasets {
		if err := u.registerDemo(ctx, r, org, d); err != nil {
			return err
		}
		u.say("Registered %s", d.ID)
	}
	return nil
}

// sendFiles sends small files in one request and large ones in pieces.
func (a *app) sendFiles(ctx context.Context, cl *client, id, title string, files []string, out any) error {
	large, err := needPieces(files)
	if err != nil {
		return err
	}
	if large {
		return a.uploadInPieces(ctx, cl, id, title, files, out)
	}
	return cl.upload(ctx, id, title, files, out)
}

func (a *app) datasetPrepare() *cobra.Command {
	return &cobra.Command{
		Use: "prepare ID", Short: "Prepare a dataset again that failed, or wait until it is ready", Args: args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			cl, stop, err := a.connect(c)
			if err != nil {
				return err
			}
			defer stop()
			if err := cl.call(c.Context(), http.MethodPost, "/api/v1/datasets/"+url.PathEscape(given[0])+"/prepare", nil, nil); err != nil {
				return err
			}
			return a.awaitDataset(c, cl, given[0])
		},
	}
}

// awaitDataset polls until the dataset is ready or has failed.
func (a *app) awaitDataset(c *cobra.Command, cl *client, id string) error {
	bar := a.statusLine()
	defer bar.clear()
	for {
		var d catalog.Dataset
		if err := cl.call(c.Context(), http.MethodGet, "/api/v1/datasets/"+url.PathEscape(id), nil, &d); err != nil {
			return err
		}
		switch d.State {
		case catalog.Ready:
			bar.clear()
			for _, t := range d.Tables {
				fmt.Fprintf(a.out, "%s.%s: %d rows, %d columns\n", d.ID, t.Name, t.Rows, len(t.Columns))
				if t.Rejected > 0 {
					lines := "lines"
					if t.Rejected == 1 {
						lines = "line"
					}
					fmt.Fprintf(a.out, "  %d %s could not be read and left out", t.Rejected, lines)
					if len(t.Rejects) > 0 {
						fmt.Fprintf(a.out, "; the first is line %d: %s", t.Rejects[0].Line, plainText(t.Rejects[0].Message))
					}
					fmt.Fprintln(a.out)
				}
			}
			return nil
		case catalog.Failed:
			return d.Fault
		}
		bar.show(preparing(d.Progress))
		if err := pause(c.Context(), pollEvery); err != nil {
			return err
		}
	}
}

// preparing says how far the preparation of a dataset is.
func preparing(p *catalog.Progress) string {
	if p == nil {
		return "Preparing"
	}
	said := "Preparing, " + string(p.Stage)
	if p.Table != "" {
		said += " " + shortName(p.Table)
	}
	if p.Total > 0 {
		said += fmt.Sprintf(": %s of %s", sizeText(p.Done), sizeText(p.Total))
	}
	return said + ", for " + p.At.Sub(p.Began).Round(time.Second).String()
}
