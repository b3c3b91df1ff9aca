package gateway_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestADatasetIsReadAgainWithOptions(t *testing.T) {
	w := setup(t)
	var first, second summary
	w.want(w.upload(nil, part{"file", "orders.csv", "id;total\n1;2\n"}), 202, "").into(t, &first)
	body := []byte(`{"options":{"orders":{"delimiter":";","header":1,"columns":[{"column":"total","type":"decimal"}]}}}`)
	w.want(w.do("POST", "/api/v1/datasets/orders/prepare", body, with("Content-Type", "application/json")), 202, "").into(t, &second)
	if second.ID != first.ID || second.Version == first.Version || second.State != "registered" {
		t.Errorf("it became %+v", second)
	}
	var d struct {
		Content string         `json:"content"`
		Files   []catalog.File `json:"files"`
	}
	w.want(w.do("GET", "/api/v1/datasets/orders", nil), 200, "").into(t, &d)
	if o := d.Files[0].Options["orders"]; o.Delimiter != ";" || o.Header == nil || d.Content != first.Version {
		t.Errorf("the dataset says %+v", d)
	}
	for _, bad := range []string{`{"options":{"orders":{"delimeter":";"}}}`, `{"options":{"orders":{"delimiter":"ab"}}}`, `{"options":{"other":{}}}`} {
		w.want(w.do("POST", "/api/v1/datasets/orders/prepare", []byte(bad), with("Content-Type", "application/json")), 400, fault.Validation)
	}
	shop, err := w.datasets.Get(t.Context(), "local", "shop")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.datasets.Update(t.Context(), "local", "shop", shop.Version, func(d *catalog.Dataset) error { d.Demo = true; return nil }); err != nil {
		t.Fatal(err)
	}
	w.want(w.do("POST", "/api/v1/datasets/shop/prepare", []byte(`{"options":{}}`), with("Content-Type", "application/json")), 403, fault.Forbidden)
	var report struct {
		MayReread *bool `json:"may_reread"`
	}
	w.want(w.do("GET", "/api/v1/datasets/shop/report", nil), 200, "").into(t, &report)
	if report.MayReread == nil || *report.MayReread {
		t.Error("the report of a demo dataset says that it may be read differently")
	}
}

func TestUploadsAndRereadsAreOnRecord(t *testing.T) {
	w := setup(t)
	var first summary
	w.want(w.upload(nil, part{"file", "orders.csv", "id;total\n1;2\n"}), 202, "").into(t, &first)
	data := lines(1000)
	a := w.begin(nil, len(data))
	w.want(w.do("PATCH", a.path(), data, piece(0)...), 204, "")
	w.want(w.do("POST", "/api/v1/uploads/"+a.ID+"/complete", nil), 202, "")
	w.want(w.do("POST", "/api/v1/uploads/"+a.ID+"/complete", nil), 200, "") // nothing is made twice
	w.want(w.do("POST", "/api/v1/datasets/orders/prepare", []byte(`{"options":{"orders":{"delimiter":";"}}}`), with("Content-Type", "application/json")), 202, "")
	var got []string
	for _, line := range w.want(w.do("GET", "/api/v1/audit/acts", nil), 200, "").lines(t) {
		var act struct {
			Kind, Target string
			Detail       struct {
				Mode, Version string
				Files         []catalog.File
				Options       map[string]catalog.ReadOptions
			}
		}
		if err := json.Unmarshal([]byte(line), &act); err != nil {
			t.Fatal(err)
		}
		if act.Kind == audit.ActExported {
			continue
		}
		d := act.Detail
		got = append(got, fmt.Sprint(act.Kind, " ", act.Target, " ", d.Mode, len(d.Files), d.Options["orders"].Delimiter))
		if act.Target == "orders" && d.Version != first.Version {
			t.Errorf("%s names version %s", act.Kind, d.Version)
		}
	}
	want := []string{"dataset.uploaded orders new1", "dataset.uploaded part_0 new1", "dataset.reread orders 0;"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTheLimitsOfUploadsAreSaid(t *testing.T) {
	w := setup(t, func(c *gateway.Config) { c.MaxUploadBytes, c.MaxFileBytes = 5<<20, 3<<20 })
	var said struct {
		Uploads struct {
			MaxFileBytes int64 `json:"max_file_bytes"`
			MaxBytes     int64 `json:"max_bytes"`
			MaxFiles     int   `json:"max_files"`
		}
	}
	w.want(w.do("GET", "/api/v1/limits", nil), 200, "").into(t, &said)
	if u := said.Uploads; u.MaxFileBytes != 3<<20 || u.MaxBytes != 5<<20 || u.MaxFiles != 64 {
		t.Errorf("the limits are %+v", u)
	}
}

func TestTheReportOfADataset(t *testing.T) {
	w := setup(t)
	var first summary
	w.want(w.upload(nil, part{"file", "orders.csv", "id\n1\n"}), 202, "").into(t, &first)
	var report struct {
		Version   string
		State     string
		Files     []catalog.FileReport
		MayReread bool `json:"may_reread"`
	}
	w.want(w.do("GET", "/api/v1/datasets/orders/report", nil), 200, "").into(t, &report)
	if !report.MayReread || report.Version != first.Version || report.State != "registered" || report.Files == nil || len(report.Files) != 0 {
		t.Errorf("before it was read, the report is %+v", report)
	}
	err := w.datasets.Update(t.Context(), "local", "orders", first.Version, func(d *catalog.Dataset) error {
		d.Tables = []catalog.Table{{Name: "orders", Rows: 1, Rejected: 2}}
		d.Reports = []catalog.FileReport{{File: "orders.csv", Table: "orders", FileTable: "orders", Format: "csv", Read: 3, Kept: 1, Rejected: 2}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.want(w.do("GET", "/api/v1/datasets/orders/report", nil), 200, "").into(t, &report)
	if len(report.Files) != 1 || report.Files[0].Rejected != 2 || report.Files[0].File != "orders.csv" {
		t.Errorf("the report is %+v", report)
	}
	var list struct {
		Datasets []struct {
			ID       string
			Rejected int64
		}
	}
	w.want(w.do("GET", "/api/v1/datasets", nil), 200, "").into(t, &list)
	for _, d := range list.Datasets {
		if d.ID == "orders" && d.Rejected != 2 {
			t.Errorf("the list says %d were rejected", d.Rejected)
		}
	}
	w.want(w.do("GET", "/api/v1/datasets/nothing/report", nil), 404, fault.NotFound)
}
