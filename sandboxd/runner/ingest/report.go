package ingest

import (
	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
)

// report says in one how the file was read; p is what the engine and describe say.
func (t *table) report(p *protocol.TableProfile) *catalog.FileReport {
	r := &catalog.FileReport{
		File: t.source.name, Table: p.Name, FileTable: t.file.Table, Format: "csv", Compression: p.Format["compression"],
		Encoding: p.Format["encoding"], Delimiter: p.Format["delimiter"], Quote: p.Format["quote"], Escape: p.Format["escape"],
		HeaderLine: t.tally.headerLine, Read: t.tally.loaded + t.tally.rejected, Kept: t.tally.loaded, Rejected: t.tally.rejected,
		Rejects: append([]catalog.Reject{}, t.tally.rejects...), Columns: []catalog.ReportColumn{}, Notes: append([]string{}, p.Notes...),
	}
	for _, c := range p.Columns {
		r.Columns = append(r.Columns, catalog.ReportColumn{Source: c.Name, Name: c.Name, Type: catalog.TypeOf(c.Type), Nulls: c.Nulls})
	}
	return r
}
