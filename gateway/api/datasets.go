package api

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
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
	// Rejected counts the records of the files that were left out.
	Rejected int64 `json:"rejected"`
	// Bytes are those of the files.
	Bytes      int64        `json:"bytes"`
	Prompts    []string     `json:"prompts"`
	Demo       bool         `json:"demo"`
	Owner      string       `json:"owner,omitempty"`
	UploadedBy string       `json:"uploaded_by,omitempty"`
	CreatedAt  time.Time    `json:"created_at"`
	PreparedAt time.Time    `json:"prepared_at,omitzero"`
	Fault      *fault.Fault `json:"fault,omitempty"`
	// Progress is how far its preparation has come.
	Progress *catalog.Progress `json:"progress,omitempty"`
	// Matches are the places a search found.
	Matches []datasetMatch `json:"matches,omitempty"`
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
		Owner: d.Owner, UploadedBy: d.UploadedBy,
		CreatedAt: d.CreatedAt, PreparedAt: d.PreparedAt, Fault: d.Fault, Progress: d.Progress,
	}
	s.Prompts = append(s.Prompts, d.Prompts...)
	if s.UploadedBy == "" {
		s.UploadedBy = d.Owner // before it was recorded, only owners uploaded
	}
	for _, t := range d.Tables {
		s.Tables = append(s.Tables, tableSummary{Name: t.Name, Rows: t.Rows, Columns: len(t.Columns)})
		s.Rows += t.Rows
		s.Rejected += t.Rejected
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
	Reports  *struct{}       `json:"reports,omitempty"`
	Survey   *struct{}       `json:"survey,omitempty"`
	Files    []datasetFile   `json:"files"`
	Prepared *preparedDetail `json:"prepared,omitempty"`
}

type datasetFile struct {
	Name   string `json:"name"`
	Table  string `json:"table"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	// Options say how its tables are read, by table.
	Options map[string]catalog.ReadOptions `json:"options,omitempty"`
}

type preparedDetail struct {
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	Engine string `json:"engine"`
}

func detail(d *catalog.Dataset) datasetDetail {
	out := datasetDetail{Dataset: d, Files: []datasetFile{}}
	for _, f := range d.Files {
		out.Files = append(out.Files, datasetFile{Name: f.Name, Table: f.Table, Bytes: f.Bytes, SHA256: f.SHA256, Options: f.Options})
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
		if found, ok := search(d, c.Query("q")); ok {
			s := summarize(d)
			s.Matches = found
			list = append(list, s)
		}
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

// datasetReport is how the files of one version were read.
type datasetReport struct {
	ID      string        `json:"id"`
	Version string        `json:"version"`
	State   catalog.State `json:"state"`
	Fault   *fault.Fault  `json:"fault,omitempty"`
	// Files has one report for each file, and for each sheet of a workbook.
	Files []catalog.FileReport `json:"files"`
	// MayReread says whether the reader may have them read differently.
	MayReread bool `json:"may_reread"`
}

func (c *call) getReport() error {
	d, err := c.dataset()
	if err != nil {
		return err
	}
	out := datasetReport{ID: d.ID, Version: d.Version, State: d.State, Fault: d.Fault, Files: []catalog.FileReport{}}
	out.Files = append(out.Files, d.Reports...)
	out.MayReread = c.mayReplace(d) && c.who.Role.Includes(auth.Analyst)
	return c.json(fiber.StatusOK, out)
}

// prepareRequest says how the files are to be read from now on.
type prepareRequest struct {
	// Options are by table; they replace all that were there. Absent: they stay.
	Options map[string]catalog.ReadOptions `json:"options,omitempty"`
}

// prepareDataset makes a dataset that failed eligible for preparation again, and one
// that is to be read differently. One that is ready, or on its way, stays as it is.
func (c *call) prepareDataset() error {
	var req prepareRequest
	if err := c.decodeOptional(&req); err != nil {
		return err
	}
	d, err := c.dataset()
	if err != nil {
		return err
	}
	if req.Options != nil {
		return c.reread(d, req.Options)
	}
	if d.State == catalog.Failed {
		if err := c.rereads(d, nil); err != nil {
			return err
		}
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

// reread has the files of a dataset read with other options, as a new version.
func (c *call) reread(d *catalog.Dataset, options map[string]catalog.ReadOptions) error {
	if !c.mayReplace(d) {
		return fault.New(fault.Forbidden, "The dataset %q is not yours.", d.ID).
			WithHint("Upload the files as a dataset of your own to read them differently.")
	}
	if err := c.rereads(d, options); err != nil {
		return err
	}
	next, _, err := c.s.deps.Datasets.Reread(c.ctx, d, options)
	if err != nil {
		return err
	}
	return c.json(fiber.StatusAccepted, summarize(next))
}

// rereads puts on record that the caller has a dataset prepared again. Without
// options its files are read as before.
func (c *call) rereads(d *catalog.Dataset, options map[string]catalog.ReadOptions) error {
	return c.s.deps.Acts.Record(c.ctx, c.who, audit.ActReread, d.ID, "", struct {
		Version string                         `json:"version"`
		Options map[string]catalog.ReadOptions `json:"options,omitempty"`
	}{d.Version, options})
}

// errUnchanged ends an update that has nothing to do.
var errUnchanged = errors.New("unchanged")

func (c *call) deleteDataset() error {
	if err := c.s.deps.Curate.Delete(c.ctx, c.who, c.thing()); err != nil {
		return err
	}
	c.Status(fiber.StatusNoContent)
	return nil
}
