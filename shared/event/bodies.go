package event

import (
	"encoding/json"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// Asked opens a run. Exactly one of Request's fields is set.
type Asked struct {
	User         string     `json:"user"`
	ThreadID     string     `json:"thread_id,omitempty"`
	ParentRunID  string     `json:"parent_run_id,omitempty"`
	Dataset      DatasetRef `json:"dataset"`
	Request      Request    `json:"request"`
	Limits       Limits     `json:"limits"`
	Conversation Context    `json:"context,omitzero"`
	// Fresh says that the result is to be computed, whatever was computed before.
	Fresh bool `json:"fresh,omitempty"`
	// Deadline is when the supervisor ends the run if nothing else has.
	Deadline time.Time `json:"deadline"`
	// IdempotencyKey makes a retried POST find this run again.
	IdempotencyKey string `json:"idempotency_key,omitempty"`
}

// DatasetRef pins a run to one version of one dataset.
type DatasetRef struct {
	ID string `json:"id"`
	// Version is the SHA-256, in hexadecimal, of the dataset's files.
	Version string `json:"version"`
}

// Request is what was asked: exactly one field is set.
type Request struct {
	Question string          `json:"question,omitempty"`
	Plan     json.RawMessage `json:"plan,omitempty"`
	SQL      string          `json:"sql,omitempty"`
	Python   string          `json:"python,omitempty"`
}

// Context is what a question may refer to besides itself.
type Context struct {
	// Turns are the earlier utterances of the conversation, oldest first.
	Turns []string `json:"turns,omitempty"`
	// Instructions are definitions the asker gave ("revenue means total minus
	// discount").
	Instructions string `json:"instructions,omitempty"`
	// Constraints and AnswerFormat narrow how the answer is to look.
	Constraints  string `json:"constraints,omitempty"`
	AnswerFormat string `json:"answer_format,omitempty"`
	// AsOf is the clock relative periods are counted from; zero means the time
	// of asking.
	AsOf time.Time `json:"as_of,omitzero"`
	// Previous is the thread's last answer, which a question may refine; nil when
	// there is none, it had no plan, or the thread was reset since.
	Previous *Previous `json:"previous,omitempty"`
	// Named are the thread's named results, oldest first. A question may use them
	// like tables.
	Named []NamedPlan `json:"named,omitempty"`
	// Chosen says that the plan asked for is a reading that was offered; nil when
	// it is not.
	Chosen *Chosen `json:"chosen,omitempty"`
	// Edited says that the plan asked for is the parent's with changes; nil when
	// it is not.
	Edited *Edited `json:"edited,omitempty"`
	// Again says that the statement asked for is the parent's as it was; nil when
	// it is not.
	Again *Again `json:"again,omitempty"`
}

// Again is how a statement was made that is run once more, with other limits or to
// compare: running it again does not make it a person's.
type Again struct {
	// RunID is the run whose statement it is, and Question the one that began it;
	// empty where it began with a statement.
	RunID    string `json:"run_id"`
	Question string `json:"question,omitempty"`
	// The rest is as that run's [Planned] has it.
	Sentence   string    `json:"sentence"`
	Origin     Origin    `json:"origin"`
	Confidence float64   `json:"confidence"`
	Verified   *Verified `json:"verified,omitempty"`
	Edited     *Edited   `json:"edited,omitempty"`
	Chart      string    `json:"chart,omitempty"`
	Channels   *Channels `json:"channels,omitempty"`
}

// Edited says that a plan is another run's, changed by a person.
type Edited struct {
	// RunID is the run whose plan was changed, and Question the one that began
	// it; empty where it began with a plan.
	RunID    string `json:"run_id"`
	Question string `json:"question,omitempty"`
	// Changes compare that plan with this one.
	Changes []Change `json:"changes,omitempty"`
	// Chart is the chart type that was asked for then.
	Chart string `json:"chart,omitempty"`
}

// Change is one part of an interpretation that is not what it was.
type Change struct {
	// Action is changed, added or removed.
	Action string `json:"action"`
	// Kind is that of a [Chip], or table.
	Kind string `json:"kind"`
	// Before and After are the part in words; one of them is empty where it was
	// added or removed.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Chosen is what belongs to a reading a person chose, besides its plan.
type Chosen struct {
	// RunID is the run that offered it.
	RunID string `json:"run_id"`
	// Chart and Channels are the reading's.
	Chart    string    `json:"chart,omitempty"`
	Channels *Channels `json:"channels,omitempty"`
	// ModelFault is the offer's: why no model planned the question.
	ModelFault *fault.Fault `json:"model_fault,omitempty"`
}

// Previous is an earlier answer of a thread.
type Previous struct {
	RunID    string          `json:"run_id"`
	Sentence string          `json:"sentence,omitempty"`
	Plan     json.RawMessage `json:"plan"`
}

// NamedPlan is a result that was given a name: the plan that makes it, never its
// rows.
type NamedPlan struct {
	Name string `json:"name"`
	// RunID is the run whose result it is, and Sentence what that computed.
	RunID    string          `json:"run_id"`
	Sentence string          `json:"sentence,omitempty"`
	Plan     json.RawMessage `json:"plan"`
}

// ThreadChange is what an utterance did to its thread instead of asking
// something. Exactly one field is set.
type ThreadChange struct {
	// Reset says that nothing said before is to be refined any more. Names stay.
	Reset bool `json:"reset,omitempty"`
	// Named is a result that got a name.
	Named *NamedPlan `json:"named,omitempty"`
	// Forgot is a name that was removed.
	Forgot string `json:"forgot,omitempty"`
}

// Limits bound one run. The gateway clamps what a caller asks to the policy;
// zero never reaches the log.
type Limits struct {
	MaxRows        int `json:"max_rows"`
	TimeoutMS      int `json:"timeout_ms"`
	MaxOutputBytes int `json:"max_output_bytes"`
	MemoryMB       int `json:"memory_mb"`
}

// Origin says how a statement was made.
type Origin string

// The origins, from the most to the least trusted road.
const (
	OriginVerified Origin = "verified"
	OriginRules    Origin = "rules"
	OriginModel    Origin = "model"
	OriginPerson   Origin = "person"
)

// Planned is what will run: a statement and, on the main road, the plan it was
// compiled from.
type Planned struct {
	QueryType string          `json:"query_type"` // sql or python
	Plan      json.RawMessage `json:"plan,omitempty"`
	SQL       string          `json:"sql,omitempty"`
	// CountsSQL is the compiler's own count of rows read and kept.
	CountsSQL string `json:"counts_sql,omitempty"`
	Python    string `json:"python,omitempty"`
	Dialect   string `json:"dialect,omitempty"`
	// Tables are the tables the statement may read.
	Tables []string `json:"tables,omitempty"`
	// Sentence says in plain English what is computed, from the plan alone. What a
	// person wrote has its first lines there.
	Sentence string `json:"sentence"`
	Origin   Origin `json:"origin"`
	// Confidence is the planner's own, 0 to 1; 1 for a person's plan or SQL.
	Confidence float64 `json:"confidence"`
	// Continues is the earlier answer that the plan refines; nil for a question of
	// its own.
	Continues *Continued `json:"continues,omitempty"`
	// Verified is set where Origin is verified: who vouched for the plan.
	Verified *Verified `json:"verified,omitempty"`
	// Edited is set where a person changed another run's plan.
	Edited *Edited `json:"edited,omitempty"`
	// Chart is the chart type the question asked for, when it asked for one, and
	// Channels the roles it gave to columns of the plan.
	Chart          string    `json:"chart,omitempty"`
	Channels       *Channels `json:"channels,omitempty"`
	Interpretation []Chip    `json:"interpretation,omitempty"`
	Limits         Limits    `json:"limits"`
	PlanMS         float64   `json:"plan_ms"`
	// Model is how a model came to the statement; nil on every other road.
	Model *ModelStep `json:"model,omitempty"`
	// Repairable asks for a statement that is refused or does not run to come
	// back as [Executed] with a fault, for another try, and not to end the run.
	Repairable bool `json:"repairable,omitempty"`
}

// Continued says which answer a plan goes on from.
type Continued struct {
	RunID    string `json:"run_id,omitempty"`
	Sentence string `json:"sentence,omitempty"`
}

// Verified names the verified answer whose plan was used again.
type Verified struct {
	ID string `json:"id"`
	// Owner is who vouched for it, and At when.
	Owner string    `json:"owner"`
	At    time.Time `json:"at"`
	// Question is the one it was verified for.
	Question string `json:"question"`
}

// Chip is one part of the interpretation a person can read and edit.
type Chip struct {
	Kind  string `json:"kind"` // measure, dimension, filter, range, order, limit
	Label string `json:"label"`
	Path  string `json:"path"` // JSON pointer into the plan
}

// Stage names the part of Leo a failure happened in.
type Stage string

// The stages of a run.
const (
	StagePlanning   Stage = "planning"
	StageChecking   Stage = "checking"
	StageExecuting  Stage = "executing"
	StageAnswering  Stage = "answering"
	StageSupervisor Stage = "supervising"
)

// Rejected ends a run that is not allowed or not understood. The offending plan
// path or SQL position is in the fault's details.
type Rejected struct {
	Stage Stage        `json:"stage"`
	Fault *fault.Fault `json:"fault"`
	// Words are the words of a question the planner did not understand.
	Words []string `json:"words,omitempty"`
	// Usage is what a model cost until then; nil if none was asked.
	Usage *Usage `json:"usage,omitempty"`
}

// Started says that a sandbox has the statement.
type Started struct {
	Executor  string `json:"executor"`
	SandboxID string `json:"sandbox_id"`
	Attempt   int    `json:"attempt"`
}

// Column is one column of a result; Type is the engine's.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// ObjectRef points at an object in the store.
type ObjectRef struct {
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Executed is the result of a statement.
type Executed struct {
	// Fault says why a repairable statement has no result; everything else is
	// empty then.
	Fault   *fault.Fault `json:"fault,omitempty"`
	Columns []Column     `json:"columns"`
	// Preview holds the first rows, at most 200 and at most 96 KiB of them.
	Preview  [][]any `json:"preview"`
	RowCount int     `json:"row_count"`
	// Truncated says that the statement had more rows than the limit, or bytes
	// (TruncatedBy is "rows" or "bytes"). RowCount then counts what was kept.
	Truncated   bool   `json:"truncated"`
	TruncatedBy string `json:"truncated_by,omitempty"`
	// RowsRead and RowsKept count the rows of the plan's table and those its
	// filters let through; nil when not measured.
	RowsRead *int64     `json:"rows_read,omitempty"`
	RowsKept *int64     `json:"rows_kept,omitempty"`
	Result   *ObjectRef `json:"result,omitempty"`
	Executor string     `json:"executor"`
	Cache    string     `json:"cache"` // hit, miss or off
	// CachedAt is when a result that was found had been computed; Executor and
	// Engine are those that did.
	CachedAt time.Time `json:"cached_at,omitzero"`
	Engine   string    `json:"engine,omitempty"`
	// Warm says that the sandbox was waiting, with its dataset open.
	Warm    bool    `json:"warm,omitempty"`
	Timings Timings `json:"timings"`
	Stdout  string  `json:"stdout,omitempty"`
	Stderr  string  `json:"stderr,omitempty"`
}

// Timings are in milliseconds.
type Timings struct {
	QueueMS   float64 `json:"queue_ms"`
	PrepareMS float64 `json:"prepare_ms"`
	ExecMS    float64 `json:"exec_ms"`
	TotalMS   float64 `json:"total_ms"`
}

// Failed ends a run that broke.
type Failed struct {
	Stage  Stage        `json:"stage"`
	Fault  *fault.Fault `json:"fault"`
	Stdout string       `json:"stdout,omitempty"`
	Stderr string       `json:"stderr,omitempty"`
	// Usage is what a model cost until then; nil if none was asked.
	Usage *Usage `json:"usage,omitempty"`
}

// Answered ends a run that succeeded.
type Answered struct {
	Text      string   `json:"text"`
	Refs      []Ref    `json:"refs,omitempty"`
	Chart     *Chart   `json:"chart,omitempty"`
	FollowUps []string `json:"follow_ups,omitempty"`
	// Labels are what a person reads above columns of the result, by the columns'
	// names; a column without one is called by its name.
	Labels map[string]string `json:"labels,omitempty"`
	// Thread is set when the utterance asked nothing and changed its thread; the
	// run then has no plan and no result.
	Thread *ThreadChange `json:"thread,omitempty"`
	Trust  Trust         `json:"trust"`
	Usage  Usage         `json:"usage"`
}

// Ref binds a figure in the text to the cell it came from. Start and End are
// offsets in UTF-16 code units, as browsers count.
type Ref struct {
	Start  int    `json:"start"`
	End    int    `json:"end"`
	Row    int    `json:"row"`
	Column string `json:"column"`
}

// Channels say which column of a plan a question wants where in its chart, by
// the name the plan has for it. Those it says nothing about are empty.
type Channels struct {
	X     string `json:"x,omitempty"`
	Color string `json:"color,omitempty"`
	Facet string `json:"facet,omitempty"`
}

// Chart is Leo's own small chart spec; the page maps it to its library. X, Y,
// Color and Facet name columns of the result.
type Chart struct {
	// Type is bar, line, area, scatter, histogram, pie, number or table.
	Type string `json:"type"`
	X    string `json:"x,omitempty"`
	// Y holds the measured columns.
	Y []string `json:"y,omitempty"`
	// Color names the column that splits the data into series: bars side by side
	// or, where Stacked, on top of each other; several lines; coloured points.
	Color string `json:"color,omitempty"`
	// Facet names the column that splits the chart into small ones on the same
	// axes.
	Facet   string `json:"facet,omitempty"`
	Stacked bool   `json:"stacked,omitempty"`
	// Aggregate says what Y is of the rows behind it: sum, avg, count and so on;
	// empty where rows are drawn as they are.
	Aggregate string `json:"aggregate,omitempty"`
	// BinWidth is the width of a histogram's bins, in the unit of X, which holds
	// where each bin starts.
	BinWidth float64 `json:"bin_width,omitempty"`
	Title    string  `json:"title,omitempty"`
	// Reason says why this type was chosen.
	Reason string `json:"reason,omitempty"`
}

// Trust is what lets a person believe an answer, or not.
type Trust struct {
	Sentence string `json:"sentence"`
	Origin   Origin `json:"origin"`
	// Road says more exactly than Origin how the statement was made.
	Road Road `json:"road,omitempty"`
	// Verified says who vouched for the plan, where Origin is verified.
	Verified *Verified `json:"verified,omitempty"`
	// Confidence is the planner's own, 0 to 1; 1 for what a person wrote, 0 where
	// it was not recorded.
	Confidence     float64 `json:"confidence,omitempty"`
	DatasetVersion string  `json:"dataset_version"`
	RowsRead       *int64  `json:"rows_read,omitempty"`
	RowsKept       *int64  `json:"rows_kept,omitempty"`
	RowsDropped    *int64  `json:"rows_dropped,omitempty"`
	Complete       bool    `json:"complete"`
	Checks         []Check `json:"checks,omitempty"`
}

// Check is one thing that was verified; Outcome is pass, warn or fail.
type Check struct {
	Name    string `json:"name"`
	Outcome string `json:"outcome"`
	Detail  string `json:"detail,omitempty"`
}

// Usage is what a run cost. Times are in milliseconds.
type Usage struct {
	InputTokens  int     `json:"input_tokens"`
	OutputTokens int     `json:"output_tokens"`
	CostUSD      float64 `json:"cost_usd"`
	Model        string  `json:"model,omitempty"`
	// ModelMS is the time spent waiting for the model, over all steps. It is part
	// of PlanMS and AnswerMS.
	ModelMS  float64 `json:"model_ms,omitempty"`
	PlanMS   float64 `json:"plan_ms"`
	ExecMS   float64 `json:"exec_ms"`
	AnswerMS float64 `json:"answer_ms"`
	TotalMS  float64 `json:"total_ms"`
}

// NeedsInput ends a run whose question has several readings, or one that the
// planner is not sure enough of to run unasked.
type NeedsInput struct {
	Question string    `json:"question"`
	Readings []Reading `json:"readings"`
	// ModelFault says why the model that was asked first planned nothing, so that
	// these readings are by the rules; nil where no model failed.
	ModelFault *fault.Fault `json:"model_fault,omitempty"`
	// Usage is what a model cost until then; nil if none was asked.
	Usage *Usage `json:"usage,omitempty"`
}

// Reading is one way to understand a question. Asking again with its plan runs
// it.
type Reading struct {
	// Label says in a few words what would be answered, and what of the question
	// has no part in it; Sentence says what would be computed, exactly.
	Label    string          `json:"label"`
	Sentence string          `json:"sentence"`
	Plan     json.RawMessage `json:"plan"`
	// Confidence is the planner's own, 0 to 1; 0 in readings of before it was kept.
	Confidence float64 `json:"confidence,omitempty"`
	// Chart and Channels are what the question says of its chart, as in [Planned].
	Chart    string    `json:"chart,omitempty"`
	Channels *Channels `json:"channels,omitempty"`
}

// Cancelled ends a run somebody stopped.
type Cancelled struct {
	User   string `json:"user"`
	Reason string `json:"reason,omitempty"`
}

// Kind implements [Body].
func (Asked) Kind() Kind { return KindAsked }

// Kind implements [Body].
func (Planned) Kind() Kind { return KindPlanned }

// Kind implements [Body].
func (Rejected) Kind() Kind { return KindRejected }

// Kind implements [Body].
func (Started) Kind() Kind { return KindStarted }

// Kind implements [Body].
func (Executed) Kind() Kind { return KindExecuted }

// Kind implements [Body].
func (Failed) Kind() Kind { return KindFailed }

// Kind implements [Body].
func (Answered) Kind() Kind { return KindAnswered }

// Kind implements [Body].
func (NeedsInput) Kind() Kind { return KindNeedsInput }

// Kind implements [Body].
func (Cancelled) Kind() Kind { return KindCancelled }
