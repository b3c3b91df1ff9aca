package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Snapshot is the catalogue of a dataset as questions are planned on it: its
// schema, profiles and relations with what people said. It leaves out what may
// change without making a difference to a plan, such as how the files were read.
func Snapshot(d *Dataset) *Dataset {
	s := &Dataset{
		ID: d.ID, Org: d.Org, Title: d.Title, Description: d.Description, Version: d.Version, Content: d.Content, State: d.State,
		Files: []File{}, Relations: d.Relations, Prompts: d.Prompts,
	}
	for _, t := range d.Tables {
		t.Sample, t.Rejects, t.Format = nil, nil, nil
		columns := make([]Column, len(t.Columns))
		for i, c := range t.Columns {
			if c.Profile != nil && c.Profile.Histogram != nil {
				plain := *c.Profile
				plain.Histogram = nil
				c.Profile = &plain
			}
			columns[i] = c
		}
		t.Columns = columns
		s.Tables = append(s.Tables, t)
	}
	return s
}

// Hash encodes a snapshot and returns the bytes with their SHA-256 in hexadecimal.
// The same catalogue has the same bytes.
func Hash(snapshot *Dataset) (data []byte, hash string, err error) {
	if data, err = json.Marshal(snapshot); err != nil {
		return nil, "", fmt.Errorf("encode snapshot of %s: %w", snapshot.ID, err)
	}
	sum := sha256.Sum256(data)
	return data, hex.EncodeToString(sum[:]), nil
}
