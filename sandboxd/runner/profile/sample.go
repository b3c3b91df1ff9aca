package profile

import (
	"context"
	"strconv"
	"strings"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

// How much of a table its sample shows: rows, bytes of a cell, and bytes in all.
const (
	sampleRows  = 10
	sampleCell  = 80
	sampleBytes = 16 << 10
)

// sample reads the first rows of a table, as far as they fit.
func sample(ctx context.Context, db *engine.DB, p *protocol.TableProfile) error {
	exprs := make([]string, len(p.Columns))
	for i, c := range p.Columns {
		exprs[i] = "left(CAST(" + engine.QuoteName(c.Name) + " AS VARCHAR), " + strconv.Itoa(sampleCell) + ")"
	}
	if len(exprs) == 0 {
		return nil
	}
	rows, err := db.Query(ctx, "SELECT "+strings.Join(exprs, ", ")+" FROM "+engine.QuoteName(p.Name)+" LIMIT "+strconv.Itoa(sampleRows))
	if err != nil {
		return err
	}
	defer rows.Close()
	size := 0
	for rows.Next(ctx) {
		cells := make([]*string, len(exprs))
		for i := range cells {
			size += len(`null,`)
			text, ok := rows.Text(i)
			if !ok {
				continue
			}
			text = cut(text, sampleCell)
			size += len(text)
			cells[i] = &text
		}
		if size > sampleBytes {
			break
		}
		p.Sample = append(p.Sample, cells)
	}
	return rows.Err()
}
