package api

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// datasetSummary is a dataset in a list.
type datasetSummary struct {
	ID          string         `json:"id"`
	Title       string         `json:"title"`
	Description string         `json:"description,omitempty"`
	State       catalog.State  `json:"state"`
	Version     string         `json:"version"`
	Tables      []tableSummary `json:"tables"`
	Rows        int64          `json:"rows"`
	// Bytes are those of the files.
	Bytes      int64        `json:"bytes"`
	Prompts    []string     `json:"prompts"`
	Demo       bool         `json:"demo"`
	CreatedAt  time.Time    `json:"created_at"`
	PreparedAt time.Time    `json:"prepared_at,omitzero"`
	Fault      *fault.Fault `json:"fault,omitempty"`
}

type tableSummary struct {
	Name    string `json:"name"`
	Rows    int64  `json:"rows"`
	Columns int    `json:"columns"`
}

func summarize(d *catalog.Dataset) datasetSummary {
	s := datasetSummary{
		ID: d.ID, Title: d.Title, Description: d.Description, State: d.State, Version: d.Version,
		Tables: []tableSummary{}, Prompts: []string{}, Demo: d.Demo,
		CreatedAt: d.CreatedAt, PreparedAt: d.PreparedAt, Fault: d.Fault,
	}
	s.Prompts = append(s.Prompts, d.Prompts...)
	for _, t := range d.Tables {
		s.Tables = append(s.Tables, tableSummary{Name: t.Name, Rows: t.Rows, Columns: len(t.Columns)})
		s.Rows += t.Rows
	}
	for _, f := range d.Files {
		s.Bytes += f.Bytes
	}
	return s
}

// datasetDetail is catalog.Dataset without what only the stores need: the org and
// the object keys. Its fields hide the embedded ones of the same name.
type datasetDetail struct {
	*catalog.Dataset
	Org      *struct{}       `json:"org,omitempty"`
	Files    []datasetFile   `json:"files"`
	Prepared *preparedDetail `json:"prepared,omitempty"`
}

type datasetFile struct {
	Name   string `json:"name"`
	Table  string `json:"table"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

type preparedDetail struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Engine string `json:"engine"`
}

func detail(d *catalog.Dataset) datasetDetail {
	out := datasetDetail{Dataset: d, Files: []datasetFile{}}
	for _, f := range d.Files {
		out.Files = append(out.Files, datasetFile{Name: f.Name, Table: f.Table, Bytes: f.Bytes, SHA256: f.SHA256})
	}
	if p := d.Prepared; p != nil {
		out.Prepared = &preparedDetail{Bytes: p.Bytes, SHA256: p.SHA256, Engine: p.Engine}
	}
	return out
}

func (c *call) listDatasets() error {
	all, err := c.s.deps.Datasets.List(c.ctx, c.who.Org)
	if err != nil {
		return err
	}
	list := []datasetSummary{}
	for _, d := range all {
		list = append(list, summarize(d))
	}
	return c.json(fiber.StatusOK, struct {
		Datasets []datasetSummary `json:"datasets"`
	}{list})
}

func (c *call) getDataset() error {
	d, err := c.dataset()
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, detail(d))
}

func (c *call) getSchema() error {
	d, err := c.dataset()
	if err != nil {
		return err
	}
	tables, relations := d.Tables, d.Relations
	if tables == nil {
		tables = []catalog.Table{}
	}
	if relations == nil {
		relations = []catalog.Relation{}
	}
	return c.json(fiber.StatusOK, struct {
		ID        string             `json:"id"`
		Version   string             `json:"version"`
		Tables    []catalog.Table    `json:"tables"`
		Relations []catalog.Relation `json:"relations"`
	}{d.ID, d.Version, tables, relations})
}

// dataset is the one the path names, in the caller's org.
func (c *call) dataset() (*catalog.Dataset, error) {
	return c.s.deps.Datasets.Get(c.ctx, c.who.Org, c.thing())
}

// prepareDataset makes a dataset that failed eligible for preparation again. One
// that is ready, or on its way, stays as it is.
func (c *call) prepareDataset() error {
	d, err := c.dataset()
	if err != nil {
		return err
	}
	err = c.s.deps.Datasets.Update(c.ctx, c.who.Org, d.ID, d.Version, func(now *catalog.Dataset) error {
		if now.State != catalog.Failed {
			d = now
			return errUnchanged
		}
		now.State, now.Fault = catalog.Registered, nil
		d = now
		return nil
	})
	if err != nil && !errors.Is(err, errUnchanged) {
		return err
	}
	return c.json(fiber.StatusAccepted, summarize(d))
}

// errUnchanged ends an update that has nothing to do.
var errUnchanged = errors.New("unchanged")

func (c *call) deleteDataset() error {
	d, err := c.dataset()
	if err != nil {
		return err
	}
	if d.Demo {
		return fault.New(fault.Forbidden, "%q comes with Leo and cannot be deleted.", d.ID).
			WithHint("Only datasets that were uploaded can be deleted.")
	}
	if err := c.s.deps.Datasets.Delete(c.ctx, c.who.Org, d.ID); err != nil {
		return err
	}
	c.Status(fiber.StatusNoContent)
	return nil
}
