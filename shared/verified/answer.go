package verified

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
)

// Answer is one verified answer.
type Answer struct {
	// ID is 32 hexadecimal digits, made from dataset and question.
	ID        string `json:"id"`
	Org       string `json:"org"`
	DatasetID string `json:"dataset_id"`
	// DatasetVersion is the version the answer was verified on.
	DatasetVersion string `json:"dataset_version"`
	// Question stands alone: it refers to nothing said before it.
	Question string          `json:"question"`
	Plan     json.RawMessage `json:"plan"`
	// Sentence, Chart and Channels are the plan's, as they were.
	Sentence string          `json:"sentence"`
	Chart    string          `json:"chart,omitempty"`
	Channels *event.Channels `json:"channels,omitempty"`
	// Columns are what the plan reads, by table and name.
	Columns []Column `json:"columns"`
	// Owner is the user who vouches for it.
	Owner      string    `json:"owner"`
	Note       string    `json:"note,omitempty"`
	VerifiedAt time.Time `json:"verified_at"`
	// RunID is the run that was verified.
	RunID string `json:"run_id"`
	// AsOf is the clock of that run. It counts where Dated.
	AsOf time.Time `json:"as_of"`
	// Dated says that the question speaks of time as seen from its day ("last
	// month") and the plan has fixed dates for it: it is good for that day only.
	Dated bool `json:"dated,omitempty"`
}

// Column is a column a plan reads; without a name, the table itself.
type Column struct {
	Table string       `json:"table"`
	Name  string       `json:"name,omitempty"`
	Type  catalog.Type `json:"type,omitempty"`
}

// Stale says why the answer does not hold for a version of its dataset at a time,
// and is empty while it does.
func (a *Answer) Stale(d *catalog.Dataset, asOf time.Time) string {
	for _, c := range a.Columns {
		t := d.Table(c.Table)
		if t == nil {
			return fmt.Sprintf("The table %s is gone.", c.Table)
		}
		if c.Name == "" {
			continue
		}
		col := t.Column(c.Name)
		if col == nil {
			return fmt.Sprintf("The column %s of %s is gone.", c.Name, c.Table)
		}
		if col.Type != c.Type {
			return fmt.Sprintf("The column %s of %s was %s and is now %s.", c.Name, c.Table, c.Type, col.Type)
		}
	}
	if a.Dated && day(asOf) != day(a.AsOf) {
		return fmt.Sprintf("Its plan has fixed dates, counted from %s.", day(a.AsOf))
	}
	return ""
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// By is the answer as an event tells of it.
func (a *Answer) By() *event.Verified {
	return &event.Verified{ID: a.ID, Owner: a.Owner, At: a.VerifiedAt, Question: a.Question}
}
