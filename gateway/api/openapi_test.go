package api

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/cases"
	"github.com/leo-analytics/leo/gateway/curate"
	"github.com/leo-analytics/leo/gateway/edits"
	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/gateway/intake"
	"github.com/leo-analytics/leo/gateway/runs"
	"github.com/leo-analytics/leo/gateway/threads"
	"github.com/leo-analytics/leo/gateway/vouch"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/plan"
	"github.com/leo-analytics/leo/shared/plan/edit"
	"github.com/leo-analytics/leo/shared/run"
	"github.com/leo-analytics/leo/shared/verified"
)

type document struct {
	OpenAPI    string
	Paths      map[string]map[string]json.RawMessage
	Components struct {
		Schemas map[string]schema
	}
}

type schema struct {
	Type        any               `json:"type"`
	Ref         string            `json:"$ref"`
	Properties  map[string]schema `json:"properties"`
	Required    []string          `json:"required"`
	Items       *schema           `json:"items"`
	Enum        []string          `json:"enum"`
	AllOf       []schema          `json:"allOf"`
	Description string            `json:"description"`
}

func readDocument(t *testing.T) document {
	t.Helper()
	var doc document
	if err := json.Unmarshal(openAPIDocument, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") {
		t.Fatalf("openapi is %q", doc.OpenAPI)
	}
	return doc
}

// operation is the part of an operation the route table knows.
type operation struct {
	OperationID string                     `json:"operationId"`
	Access      Access                     `json:"x-access"`
	Security    *[]any                     `json:"security"`
	Parameters  []json.RawMessage          `json:"parameters"`
	Responses   map[string]json.RawMessage `json:"responses"`
}

func TestTheDocumentDescribesExactlyTheRoutes(t *testing.T) {
	doc := readDocument(t)
	described := map[string]operation{}
	ids := map[string]string{}
	for path, item := range doc.Paths {
		for method, raw := range item {
			if method == "parameters" {
				continue
			}
			var op operation
			if err := json.Unmarshal(raw, &op); err != nil {
				t.Fatal(err)
			}
			name := strings.ToUpper(method) + " " + path
			if other := ids[op.OperationID]; other != "" || op.OperationID == "" {
				t.Errorf("%s and %s have the operationId %q", name, other, op.OperationID)
			}
			ids[op.OperationID] = name
			described[name] = op
		}
	}
	parameter := regexp.MustCompile(`:(\w+)`)
	for _, r := range Routes() {
		name := r.Method + " " + parameter.ReplaceAllString(r.Path, "{$1}")
		op, ok := described[name]
		if !ok {
			t.Errorf("%s is not described", name)
			continue
		}
		if op.Access != r.Access {
			t.Errorf("%s has the access %q and is described with %q", name, r.Access, op.Access)
		}
		if public := op.Security != nil && len(*op.Security) == 0; public != (r.Access == Public) {
			t.Errorf("%s is described with the wrong security", name)
		}
		delete(described, name)
	}
	for name := range described {
		t.Errorf("%s is described and is no route", name)
	}
}

func TestEveryReferenceOfTheDocumentResolves(t *testing.T) {
	var root any
	if err := json.Unmarshal(openAPIDocument, &root); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			if ref, ok := v["$ref"].(string); ok {
				used[ref] = true
			}
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(root)
	for ref := range used {
		at := root
		for _, key := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
			m, _ := at.(map[string]any)
			at = m[key]
		}
		if at == nil {
			t.Errorf("%s leads nowhere", ref)
		}
	}
	doc := readDocument(t)
	// The data of an event stream is text to OpenAPI, so nothing refers to these.
	described := []string{"Progress", "Delta"}
	for name := range doc.Components.Schemas {
		if !used["#/components/schemas/"+name] && !slices.Contains(described, name) {
			t.Errorf("nothing uses the schema %s", name)
		}
	}
}

// documented maps schemas to the Go types they describe.
func documented() map[string]reflect.Type {
	list := struct {
		Datasets []datasetSummary `json:"datasets"`
	}{}
	return map[string]reflect.Type{
		"Fault":          reflect.TypeFor[fault.Fault](),
		"DatasetSummary": reflect.TypeFor[datasetSummary](), "DatasetList": reflect.TypeOf(list), "TableSummary": reflect.TypeFor[tableSummary](),
		"Dataset": reflect.TypeFor[datasetDetail](), "DatasetFile": reflect.TypeFor[datasetFile](), "PreparedDataset": reflect.TypeFor[preparedDetail](),
		"DatasetReport": reflect.TypeFor[datasetReport](), "FileReport": reflect.TypeFor[catalog.FileReport](), "ReportColumn": reflect.TypeFor[catalog.ReportColumn](),
		"PrepareRequest": reflect.TypeFor[prepareRequest](), "ReadOptions": reflect.TypeFor[catalog.ReadOptions](), "ColumnOptions": reflect.TypeFor[catalog.ColumnOptions](),
		"Table": reflect.TypeFor[catalog.Table](), "Column": reflect.TypeFor[catalog.Column](), "Profile": reflect.TypeFor[catalog.Profile](),
		"ValueCount": reflect.TypeFor[catalog.ValueCount](), "Reject": reflect.TypeFor[catalog.Reject](), "Relation": reflect.TypeFor[catalog.Relation](),
		"DatasetMatch": reflect.TypeFor[datasetMatch](), "Histogram": reflect.TypeFor[catalog.Histogram](), "Curation": reflect.TypeFor[curate.View](),
		"CuratedRelation": reflect.TypeFor[curate.Relation](), "Evidence": reflect.TypeFor[catalog.Evidence](), "Gone": reflect.TypeFor[catalog.Gone](),
		"CurationChange": reflect.TypeFor[curate.Change](), "TableWords": reflect.TypeFor[catalog.CuratedTable](), "ColumnWords": reflect.TypeFor[catalog.CuratedColumn](),
		"RelationVerdict": reflect.TypeFor[catalog.CuratedLink](), "DatasetVersion": reflect.TypeFor[datasetVersion](), "VersionList": reflect.TypeFor[versionList](),
		"RestoreRequest": reflect.TypeFor[restoreRequest](),
		"DatasetSync":    reflect.TypeFor[curate.SyncView](), "Sync": reflect.TypeFor[catalog.Sync](), "SyncStep": reflect.TypeFor[catalog.SyncStep](),
		"SyncWish": reflect.TypeFor[catalog.SyncWish](), "Overlap": reflect.TypeFor[catalog.Overlap](),
		"RunRequest": reflect.TypeFor[runs.Request](), "RequestLimits": reflect.TypeFor[runs.Limits](), "RequestContext": reflect.TypeFor[runs.Context](),
		"UploadRequest": reflect.TypeFor[intake.Request](), "AnnouncedFile": reflect.TypeFor[intake.File](),
		"Upload": reflect.TypeFor[uploadDetail](), "UploadFile": reflect.TypeFor[uploadFile](),
		"Begun": reflect.TypeFor[begun](), "FirstEvent": reflect.TypeFor[firstEvent](), "RunSummary": reflect.TypeFor[history.Summary](), "RunCounts": reflect.TypeFor[history.Counts](), "RunNames": reflect.TypeFor[history.Names](), "Thread": reflect.TypeFor[history.Thread](), "ThreadContext": reflect.TypeFor[history.ThreadContext](), "ThreadEdit": reflect.TypeFor[threads.Change](),
		"Token": reflect.TypeFor[auth.Token](), "TokenRequest": reflect.TypeFor[tokenRequest](), "Session": reflect.TypeFor[session](),
		"PolicyLimits": reflect.TypeFor[limitsInForce](), "UploadLimits": reflect.TypeFor[intake.Limits](), "PrepareProgress": reflect.TypeFor[catalog.Progress](), "Check": reflect.TypeFor[Check](),
		"RunProof": reflect.TypeFor[audit.Proof](), "CheckProgress": reflect.TypeFor[audit.Progress](), "Rebuild": reflect.TypeFor[history.Progress](),
		"LoggedEvent": reflect.TypeFor[audit.Logged](), "Act": reflect.TypeFor[audit.Act](), "RecordedCapsule": reflect.TypeFor[audit.Recorded](),
		"VerifyRequest": reflect.TypeFor[vouch.Request](), "VerifiedAnswer": reflect.TypeFor[vouch.Listed](), "VerifiedColumn": reflect.TypeFor[verified.Column](),
		"TestCaseRequest": reflect.TypeFor[cases.Request](), "TestCase": reflect.TypeFor[caseDetail](), "TestCaseSummary": reflect.TypeFor[cases.Summary](),
		"ExpectedResult": reflect.TypeFor[cases.Expected](), "SuiteLine": reflect.TypeFor[cases.Line](), "GoldResult": reflect.TypeFor[cases.Gold](),
		"Capsule": reflect.TypeFor[run.Capsule](), "Times": reflect.TypeFor[run.Times](), "Preview": reflect.TypeFor[run.Preview](),
		"Stats": reflect.TypeFor[run.Stats](), "Answer": reflect.TypeFor[run.Answer](), "Chain": reflect.TypeFor[run.Chain](), "Link": reflect.TypeFor[run.Link](),
		"PlanEditRequest": reflect.TypeFor[edits.Request](), "PlanMenu": reflect.TypeFor[edits.Menu](), "PlanPreview": reflect.TypeFor[edits.Preview](),
		"ColumnValues": reflect.TypeFor[edits.Values](), "PlanEdit": reflect.TypeFor[edit.Edit](), "EditedMeasure": reflect.TypeFor[edit.Measure](),
		"EditedDimension": reflect.TypeFor[edit.Dimension](), "EditedCondition": reflect.TypeFor[edit.Condition](), "ComparedNow": reflect.TypeFor[edit.Compared](),
		"EditedOrder": reflect.TypeFor[edit.Order](), "EditChip": reflect.TypeFor[edit.Chip](), "EditColumn": reflect.TypeFor[edit.Column](),
		"EditOutput": reflect.TypeFor[edit.Output](), "TypeOptions": reflect.TypeFor[edit.TypeOptions](), "Period": reflect.TypeFor[plan.Period](),
		"Edited": reflect.TypeFor[event.Edited](), "PlanChange": reflect.TypeFor[event.Change](),
		"Asked": reflect.TypeFor[event.Asked](), "Planned": reflect.TypeFor[event.Planned](), "Verified": reflect.TypeFor[event.Verified](), "Rejected": reflect.TypeFor[event.Rejected](),
		"Started": reflect.TypeFor[event.Started](), "Executed": reflect.TypeFor[event.Executed](), "Failed": reflect.TypeFor[event.Failed](),
		"Answered": reflect.TypeFor[event.Answered](), "NeedsInput": reflect.TypeFor[event.NeedsInput](), "Cancelled": reflect.TypeFor[event.Cancelled](),
		"DatasetRef": reflect.TypeFor[event.DatasetRef](), "AskedRequest": reflect.TypeFor[event.Request](), "Context": reflect.TypeFor[event.Context](),
		"Limits": reflect.TypeFor[event.Limits](), "Chip": reflect.TypeFor[event.Chip](), "ResultColumn": reflect.TypeFor[event.Column](),
		"ObjectRef": reflect.TypeFor[event.ObjectRef](), "Timings": reflect.TypeFor[event.Timings](), "Ref": reflect.TypeFor[event.Ref](),
		"Chart": reflect.TypeFor[event.Chart](), "Channels": reflect.TypeFor[event.Channels](), "Trust": reflect.TypeFor[event.Trust](), "TrustCheck": reflect.TypeFor[event.Check](),
		"ModelStep": reflect.TypeFor[event.ModelStep](), "ModelTurn": reflect.TypeFor[event.ModelTurn](), "ModelCall": reflect.TypeFor[event.ModelCall](),
		"ModelUsage": reflect.TypeFor[event.ModelUsage](), "Usage": reflect.TypeFor[event.Usage](), "Reading": reflect.TypeFor[event.Reading](),
	}
}

func TestTheDocumentDescribesTheTypesThatAreSent(t *testing.T) {
	schemas := readDocument(t).Components.Schemas
	for name, typ := range documented() {
		s, ok := schemas[name]
		if !ok {
			t.Errorf("there is no schema %s", name)
			continue
		}
		fields := sentFields(typ)
		for field, f := range fields {
			p, ok := s.Properties[field]
			if !ok {
				t.Errorf("%s.%s is sent and not described", name, field)
				continue
			}
			if required := slices.Contains(s.Required, field); required == f.optional && name != "RunRequest" {
				t.Errorf("%s.%s: described as required %t, and optional is %t", name, field, required, f.optional)
			}
			if want := jsonType(f.typ); want != "" && p.Ref == "" && fmt.Sprint(p.Type) != want {
				t.Errorf("%s.%s is described as %v and is %s", name, field, p.Type, want)
			}
		}
		for field := range s.Properties {
			if _, ok := fields[field]; !ok {
				t.Errorf("%s.%s is described and not sent", name, field)
			}
		}
	}
}

func TestTheDocumentKnowsEveryFaultAndEventKind(t *testing.T) {
	schemas := readDocument(t).Components.Schemas
	var codes []string
	for _, c := range fault.Codes() {
		codes = append(codes, string(c))
	}
	if got := schemas["Fault"].Properties["code"].Enum; !slices.Equal(got, codes) {
		t.Errorf("codes are %v, want %v", got, codes)
	}
	var kinds []string
	for _, k := range event.Kinds() {
		kinds = append(kinds, event.Schema(k))
	}
	if got := schemas["Event"].Properties["schema"].Enum; !slices.Equal(got, kinds) {
		t.Errorf("event schemas are %v, want %v", got, kinds)
	}
}

type sentField struct {
	typ      reflect.Type
	optional bool
}

// sentFields are the fields encoding/json writes: a field hides an embedded one
// of its name.
func sentFields(t reflect.Type) map[string]sentField {
	out, own := map[string]sentField{}, map[string]bool{}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			e := f.Type
			if e.Kind() == reflect.Pointer {
				e = e.Elem()
			}
			for name, field := range sentFields(e) {
				if !own[name] {
					out[name] = field
				}
			}
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		own[name] = true
		out[name] = sentField{f.Type, strings.Contains(options, "omit")}
		if f.Type == reflect.TypeFor[*struct{}]() {
			delete(out, name) // a hidden field that is never set
		}
	}
	return out
}

// jsonType is what a Go type becomes; "" when it may be several things.
func jsonType(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[json.RawMessage](), t.Kind() == reflect.Interface:
		return ""
	case t == reflect.TypeFor[time.Time]():
		return "string"
	}
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "boolean"
	case reflect.Slice:
		return "array"
	case reflect.Struct, reflect.Map:
		return "object"
	case reflect.Float64:
		return "number"
	}
	return "integer"
}

func TestRoutesAreUniqueAndComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Routes() {
		name := r.Method + " " + r.Path
		if seen[name] {
			t.Errorf("%s stands twice", name)
		}
		seen[name] = true
		if r.do == nil || r.Access == "" {
			t.Errorf("%s has no handler or no access", name)
		}
	}
}
