package catalog

import (
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// Author says who wrote a description. Empty: it came with the dataset.
type Author string

// The authors.
const (
	ByRules  Author = "rules"
	ByModel  Author = "model"
	ByPerson Author = "person"
)

// Generated reports that no person wrote it.
func (a Author) Generated() bool { return a == ByRules || a == ByModel }

// Describe sets the description unless a person wrote the one there is, or it came
// with the dataset; rules do not replace what a model wrote. It reports whether
// something changed.
func (t *Table) Describe(text string, by Author) bool {
	return describe(&t.Description, &t.DescribedBy, text, by)
}

// Describe is [Table.Describe] of a column.
func (c *Column) Describe(text string, by Author) bool {
	return describe(&c.Description, &c.DescribedBy, text, by)
}

func describe(have *string, author *Author, text string, by Author) bool {
	mayReplace := *have == "" && *author != ByPerson || author.Generated() && (by == ByModel || *author == ByRules)
	if text == "" || !mayReplace || *have == text && *author == by {
		return false
	}
	*have, *author = text, by
	return true
}

// Forget drops a generated description.
func (t *Table) Forget() {
	if t.DescribedBy.Generated() {
		t.Description, t.DescribedBy = "", ""
	}
}

// Forget drops a generated description.
func (c *Column) Forget() {
	if c.DescribedBy.Generated() {
		c.Description, c.DescribedBy = "", ""
	}
}

// Survey says that a version's relations were measured, or why they could not be.
type Survey struct {
	At    time.Time    `json:"at"`
	Fault *fault.Fault `json:"fault,omitempty"`
}

// Overlap is what was counted about a relation over all rows.
type Overlap struct {
	// Rows is how many rows the pointing table has, Empty how many of them point
	// nowhere because the column is empty, Orphans how many point to what is not there.
	Rows    int64 `json:"rows"`
	Empty   int64 `json:"empty"`
	Orphans int64 `json:"orphans"`
	// Values is how many different values point, Matched how many of them are found.
	Values  int64 `json:"values"`
	Matched int64 `json:"matched"`
	// Repeated is how many values of the column pointed to stand in several rows. One
	// is enough for rows to be counted more than once along the relation.
	Repeated int64 `json:"repeated"`
}

// Refutes says why a guessed relation must not be followed; empty if nothing
// speaks against it.
func (o *Overlap) Refutes() string {
	switch {
	case o == nil:
		return ""
	case o.Repeated > 0:
		return "several rows share what it points to"
	case o.Values > 0 && o.Matched == 0:
		return "none of its values is found"
	}
	return ""
}

// SyncReason says why a sync was made.
type SyncReason string

// The reasons.
const (
	SyncVersion  SyncReason = "version"  // there is a new version
	SyncCuration SyncReason = "curation" // people said something about the dataset
	SyncAsked    SyncReason = "asked"
	SyncSchedule SyncReason = "schedule"
	SyncRetry    SyncReason = "retry" // a step had failed
	SyncIndex    SyncReason = "index" // the search index has none of it
)

// SyncStepState says how far a step is.
type SyncStepState string

// The states of a step.
const (
	StepWaiting SyncStepState = "waiting"
	StepRunning SyncStepState = "running"
	StepDone    SyncStepState = "done"
	// StepSkipped: there was nothing to do it with.
	StepSkipped SyncStepState = "skipped"
	StepFailed  SyncStepState = "failed"
)

// SyncStep is one step of a sync.
type SyncStep struct {
	Name  string        `json:"name"`
	State SyncStepState `json:"state"`
	Began time.Time     `json:"began,omitzero"`
	Ended time.Time     `json:"ended,omitzero"`
	// Changed counts what it changed, and Detail says in a sentence what it did.
	Changed int          `json:"changed"`
	Detail  string       `json:"detail,omitempty"`
	Fault   *fault.Fault `json:"fault,omitempty"`
}

// Sync is one time that the catalogue of a dataset was brought up to date.
type Sync struct {
	ID      string     `json:"id"`
	Version string     `json:"version"`
	Reason  SyncReason `json:"reason"`
	// By is who asked for it, where somebody did.
	By string `json:"by,omitempty"`
	// Curation is the revision of what people had said when it began.
	Curation uint64    `json:"curation,omitempty"`
	Began    time.Time `json:"began"`
	// Ended is zero while it goes on.
	Ended time.Time  `json:"ended,omitzero"`
	Steps []SyncStep `json:"steps"`
	// Snapshot is the hash of the catalogue it published.
	Snapshot string `json:"snapshot,omitempty"`
}

// Failed reports that it ended with a step that failed.
func (s *Sync) Failed() bool {
	for _, step := range s.Steps {
		if step.State == StepFailed {
			return !s.Ended.IsZero()
		}
	}
	return false
}

// SyncState is how the catalogue of one dataset is kept.
type SyncState struct {
	// Current is the sync that goes on, or the last one; nil before the first.
	Current *Sync `json:"current,omitempty"`
	// Past are those before it, the newest first, at most [MaxPastSyncs].
	Past []Sync `json:"past,omitempty"`
}

// SyncWish is somebody's wish that the catalogue of a dataset be brought up to date.
type SyncWish struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// MaxPastSyncs is how many syncs of the past are kept; all of them are in the audit.
const MaxPastSyncs = 10

// Begin makes next the current sync.
func (s *SyncState) Begin(next Sync) {
	if s.Current != nil {
		s.Past = append([]Sync{*s.Current}, s.Past...)
		s.Past = s.Past[:min(len(s.Past), MaxPastSyncs)]
	}
	s.Current = &next
}
