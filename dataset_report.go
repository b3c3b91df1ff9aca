package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

func (a *app) datasetReport() *cobra.Command {
	return &cobra.Command{
		Use: "report ID", Short: "Show how the files of a dataset were read, and what was left out", Args: args(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, given []string) error {
			cl, stop, err := a.connect(c)
			if err != nil {
				return err
			}
			defer stop()
			var report struct {
				Version string               `json:"version"`
				State   catalog.State        `json:"state"`
				Fault   *fault.Fault         `json:"fault"`
				Files   []catalog.FileReport `json:"files"`
			}
			if err := cl.call(c.Context(), http.MethodGet, "/api/v1/datasets/"+url.PathEscape(given[0])+"/report", nil, &report); err != nil {
				return err
			}
			if report.Fault != nil {
				return report.Fault
			}
			if len(report.Files) == 0 {
				fmt.Fprintf(a.out, "%s, version %.12s, is %s: there is no report\n", given[0], report.Version, report.State)
			}
			for i, f := range report.Files {
				if i > 0 {
					fmt.Fprintln(a.out)
				}
				if err := printReport(a.out, f); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// printReport writes one file's report for a terminal.
func printReport(out io.Writer, f catalog.FileReport) error {
	name := plainText(f.File)
	if f.Sheet != "" {
		name += ", sheet " + plainText(f.Sheet)
	}
	fmt.Fprintf(out, "%s -> %s\n  %s\n", name, f.Table, plainText(howRead(f)))
	fmt.Fprintf(out, "  %d records: %d kept, %d rejected; %d values without their column's type\n", f.Read, f.Kept, f.Rejected, f.FailedCells)
	for _, r := range f.Rejects {
		where := fmt.Sprintf("line %d", r.Line)
		if r.Column != "" {
			where += ", column " + plainText(r.Column)
		}
		fmt.Fprintf(out, "  %s: %s\n", where, plainText(r.Message))
		if r.Sample != "" {
			fmt.Fprintf(out, "    %s\n", plainText(r.Sample))
		}
	}
	for _, n := range f.Notes {
		fmt.Fprintf(out, "  note: %s\n", plainText(n))
	}
	tw := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "  COLUMN\tTYPE\tEMPTY\tFAILED\tFOUND AS")
	for _, c := range f.Columns {
		shown := plainText(c.Name)
		if shown == "" {
			shown = "(left out)"
		}
		fmt.Fprintf(tw, "  %s\t%s\t%d\t%d\t%s\n", shown, c.Type, c.Nulls, c.Failed, plainText(c.Source))
	}
	return tw.Flush()
}

// howRead joins what was found out about a file.
func howRead(f catalog.FileReport) string {
	parts := []string{f.Format}
	for _, p := range []struct{ label, value string }{
		{"", f.Compression}, {"", f.Encoding}, {"delimiter ", f.Delimiter}, {"quote ", f.Quote}, {"escape ", f.Escape},
	} {
		if p.value != "" {
			parts = append(parts, p.label+p.value)
		}
	}
	if f.HeaderLine > 0 {
		return strings.Join(append(parts, fmt.Sprintf("header on line %d", f.HeaderLine)), ", ")
	}
	return strings.Join(append(parts, "no header"), ", ")
}
