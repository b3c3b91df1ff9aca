package gateway_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestResultsAreDownloadedInThreeFormats(t *testing.T) {
	w := setup(t)
	id := w.ask("How many orders?")
	w.add("local", id, succeed()...)
	for format, want := range map[string]string{
		"json": `{"columns":[{"name":"n","type":"BIGINT"}],"rows":[[3]],"row_count":1,"truncated":false}` + "\n",
		"csv":  "n\r\n3\r\n",
	} {
		r := w.want(w.do("GET", "/api/v1/runs/"+id+"/result."+format, nil), 200, "")
		if string(r.body) != want {
			t.Errorf("%s is %q", format, r.body)
		}
		if got, want := r.Header.Get("Content-Disposition"), fmt.Sprintf(`attachment; filename="leo-%s.%s"`, id, format); got != want {
			t.Errorf("disposition %s, want %s", got, want)
		}
		if r.Header.Get("Leo-Truncated") != "" || r.ContentLength != int64(len(want)) {
			t.Errorf("headers %v", r.Header)
		}
	}
	r := w.want(w.do("GET", "/api/v1/runs/"+id+"/result.parquet", nil), 200, "")
	file, err := parquet.OpenFile(bytes.NewReader(r.body), int64(len(r.body)))
	if err != nil || file.NumRows() != 1 {
		t.Errorf("parquet: %v", err)
	}
}

func TestACappedResultSaysSoInItsName(t *testing.T) {
	w := setup(t)
	id := w.ask("All orders?")
	const rows = 3000
	full := map[string]any{"columns": executed().Columns, "row_count": rows, "truncated": true, "truncated_by": "rows"}
	var all [][]any
	for i := range rows {
		all = append(all, []any{i})
	}
	full["rows"] = all
	data, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	key := "local/" + id + "/01-1.json"
	info, err := w.bus.Objects(bus.BucketResults).Put(t.Context(), key, bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	x := executed()
	x.RowCount, x.Truncated, x.TruncatedBy = rows, true, "rows"
	x.Result = &event.ObjectRef{Bucket: bus.BucketResults, Key: key, Bytes: info.Bytes, SHA256: info.SHA256}
	w.add("local", id, planned(), started(), x, answered())
	r := w.want(w.do("GET", "/api/v1/runs/"+id+"/result.csv", nil), 200, "")
	if strings.Count(string(r.body), "\r\n") != rows+1 || r.Header.Get("Leo-Truncated") != "rows" ||
		!strings.HasSuffix(r.Header.Get("Content-Disposition"), `-truncated.csv"`) {
		t.Errorf("%d lines, %v", strings.Count(string(r.body), "\r\n"), r.Header)
	}
	// One that may be cut, as its answer says.
	doubtful := w.ask("Every order?")
	guess := answered()
	guess.Trust.Complete = false
	w.add("local", doubtful, planned(), started(), executed(), guess)
	r = w.want(w.do("GET", "/api/v1/runs/"+doubtful+"/result.json", nil), 200, "")
	if r.Header.Get("Leo-Truncated") != "maybe" || !strings.HasSuffix(r.Header.Get("Content-Disposition"), `-maybe-truncated.json"`) {
		t.Errorf("%v", r.Header)
	}
	// A result that expired, and one that was changed.
	if _, err := w.bus.Objects(bus.BucketResults).Put(t.Context(), key, strings.NewReader("{}")); err != nil {
		t.Fatal(err)
	}
	w.want(w.do("GET", "/api/v1/runs/"+id+"/result.csv", nil), 500, fault.Internal)
	if err := w.bus.Objects(bus.BucketResults).Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	w.want(w.do("GET", "/api/v1/runs/"+id+"/result.csv", nil), 404, fault.NotFound)
}

func TestARunThatWasRefusedHasNoResult(t *testing.T) {
	w := setup(t)
	id := w.ask("How many orders?")
	w.add("local", id, event.Rejected{Stage: event.StagePlanning, Fault: fault.New(fault.Validation, "No.")})
	w.want(w.do("GET", "/api/v1/runs/"+id+"/result.json", nil), 404, fault.NotFound)
}
