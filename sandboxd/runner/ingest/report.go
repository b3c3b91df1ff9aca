package ingest

import (
	"fmt"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
)

// report says in one how the file was read; p is what the engine and describe say.
func (t *table) report(p *protocol.TableProfile) *catalog.FileReport {
	r := &catalog.FileReport{
		File: t.source.name, Table: p.Name, FileTable: t.file.Table, Format: string(t.source.format), Compression: t.source.compression,
		Encoding: p.Format["encoding"], Delimiter: p.Format["delimiter"], Quote: p.Format["quote"], Escape: p.Format["escape"],
		HeaderLine: t.tally.headerLine, Read: t.tally.loaded + t.tally.rejected, Kept: t.tally.loaded, Rejected: t.tally.rejected,
		FailedCells: t.tally.failed + t.tally.errors, Rejects: append([]catalog.Reject{}, t.tally.rejects...),
		Columns: reportColumns(t.layout.names, t.final, t.choices, p), Notes: append([]string{}, p.Notes...), Options: saidOptions(t.options),
	}
	if t.sheet != nil {
		r.Sheet = t.sheet.name
	}
	return r
}

// reportColumns lists the columns of a file with what the engine says of those that
// were loaded.
func reportColumns(found, final []string, choices []choice, p *protocol.TableProfile) []catalog.ReportColumn {
	out := []catalog.ReportColumn{}
	loaded := p.Columns
	for i, name := range found {
		c := catalog.ReportColumn{Source: name, Name: final[i], Type: catalog.Other, Given: choices[i].typ != "", Failed: choices[i].failed}
		if final[i] != "" && len(loaded) > 0 {
			c.Type, c.Nulls = catalog.TypeOf(loaded[0].Type), loaded[0].Nulls
			loaded = loaded[1:]
		}
		out = append(out, c)
	}
	return out
}

// saidOptions are the options, if there are any.
func saidOptions(o catalog.ReadOptions) *catalog.ReadOptions {
	if o.IsZero() {
		return nil
	}
	return &o
}

// leftOut says how many records were rejected.
func leftOut(n int64) string {
	if n == 1 {
		return "One line could not be read and was left out."
	}
	return fmt.Sprintf("%d lines could not be read and were left out.", n)
}
