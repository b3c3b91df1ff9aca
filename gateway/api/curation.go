package api

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/curate"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

func (c *call) getCuration() error {
	v, err := c.s.deps.Curate.Get(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, v)
}

// changeCuration looks the dataset up first: what is not there cannot be
// described, however well.
func (c *call) changeCuration() error {
	if _, err := c.dataset(); err != nil {
		return err
	}
	var change curate.Change
	if err := c.decode(&change); err != nil {
		return err
	}
	v, err := c.s.deps.Curate.Change(c.ctx, c.who, c.thing(), change)
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, v)
}

// datasetVersion is a version in the list of a dataset's versions.
type datasetVersion struct {
	Version string        `json:"version"`
	Current bool          `json:"current"`
	State   catalog.State `json:"state"`
	Fault   *fault.Fault  `json:"fault,omitempty"`
	Files   []datasetFile `json:"files"`
	Tables  int           `json:"tables"`
	Rows    int64         `json:"rows"`
	// Rejected counts the lines left out of it.
	Rejected   int64     `json:"rejected"`
	Bytes      int64     `json:"bytes"`
	UploadedBy string    `json:"uploaded_by,omitempty"`
	CreatedAt  time.Time `json:"created_at"`
	PreparedAt time.Time `json:"prepared_at,omitzero"`
}

func (c *call) listVersions() error {
	all, current, err := c.s.deps.Curate.Versions(c.ctx, c.who, c.thing())
	if err != nil {
		return err
	}
	list := []datasetVersion{}
	for _, d := range all {
		s := summarize(d)
		list = append(list, datasetVersion{
			Version: d.Version, Current: d.Version == current, State: d.State, Fault: d.Fault, Files: detail(d).Files,
			Tables: len(d.Tables), Rows: s.Rows, Rejected: s.Rejected, Bytes: s.Bytes,
			UploadedBy: s.UploadedBy, CreatedAt: d.CreatedAt, PreparedAt: d.PreparedAt,
		})
	}
	return c.json(fiber.StatusOK, versionList{list})
}

type versionList struct {
	Versions []datasetVersion `json:"versions"`
}

func (c *call) getVersion() error {
	if _, err := c.dataset(); err != nil {
		return err
	}
	d, err := c.s.deps.Datasets.Version(c.ctx, c.who.Org, c.thing(), c.Params("version"))
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, detail(d))
}

// restoreRequest is the body of POST datasets/{id}/versions/{version}/restore.
type restoreRequest struct {
	// Current is the version that is to be replaced.
	Current string `json:"current"`
}

func (c *call) restoreVersion() error {
	if _, err := c.dataset(); err != nil {
		return err
	}
	var body restoreRequest
	if err := c.decode(&body); err != nil {
		return err
	}
	if err := c.s.deps.Curate.Restore(c.ctx, c.who, c.thing(), c.Params("version"), body.Current); err != nil {
		return err
	}
	return c.getDataset()
}

func (c *call) deleteVersion() error {
	if _, err := c.dataset(); err != nil {
		return err
	}
	if err := c.s.deps.Curate.DeleteVersion(c.ctx, c.who, c.thing(), c.Params("version")); err != nil {
		return err
	}
	c.Status(fiber.StatusNoContent)
	return nil
}
