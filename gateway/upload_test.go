package gateway_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// part is one part of a form: a file when it has a file name.
type part struct{ name, file, body string }

func form(t *testing.T, parts ...part) (body []byte, contentType option) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, p := range parts {
		var out io.Writer
		var err error
		if p.file != "" {
			out, err = w.CreateFormFile(p.name, p.file)
		} else {
			out, err = w.CreateFormField(p.name)
		}
		if err == nil {
			_, err = io.WriteString(out, p.body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes(), with("Content-Type", w.FormDataContentType())
}

func (w *world) upload(opts []option, parts ...part) reply {
	w.t.Helper()
	body, contentType := form(w.t, parts...)
	return w.do("POST", "/api/v1/datasets", body, append(opts, contentType)...)
}

// uploads are the keys in the uploads bucket.
func (w *world) uploads() []bus.ObjectInfo {
	w.t.Helper()
	list, err := w.bus.Objects(bus.BucketUploads).List(w.t.Context(), "")
	if err != nil {
		w.t.Fatal(err)
	}
	return list
}

type summary struct {
	ID, Version, State, Title string
	Bytes                     int64
}

func TestAnUploadBecomesADataset(t *testing.T) {
	w := setup(t)
	var first, again, second summary
	csv := part{"file", "My Orders.csv", "id,total\n1,2\n"}
	r := w.want(w.upload(nil, part{name: "title", body: "Orders of mine"}, csv, part{"file", "items.csv", "id\n1\n"}), 202, "")
	r.into(t, &first)
	if first.ID != "my_orders" || first.State != "registered" || first.Title != "Orders of mine" || first.Bytes != 18 {
		t.Errorf("summary %+v", first)
	}
	if r.Header.Get("Location") != "/api/v1/datasets/my_orders" {
		t.Errorf("Location %q", r.Header.Get("Location"))
	}
	w.want(w.upload(nil, csv, part{"file", "items.csv", "id\n1\n"}), 200, "").into(t, &again)
	if again.Version != first.Version || again.ID != first.ID {
		t.Errorf("the same bytes became %+v", again)
	}
	if n := len(w.uploads()); n != 2 {
		t.Errorf("%d stored files, want 2", n)
	}
	w.want(w.upload(nil, part{name: "id", body: "my_orders"}, part{"file", "x.csv", "id\n2\n"}), 202, "").into(t, &second)
	if second.ID != "my_orders" || second.Version == first.Version || second.Title != "Orders of mine" {
		t.Errorf("the new version is %+v", second)
	}
	w.want(w.do("DELETE", "/api/v1/datasets/my_orders", nil), 204, "")
	if n := len(w.uploads()); n != 0 {
		t.Errorf("%d files left of a deleted dataset", n)
	}
}

func TestBadUploadsAreRefusedAndLeaveNothing(t *testing.T) {
	w := setup(t, func(c *gateway.Config) { c.MaxUploadBytes = 64 << 10 })
	csv := part{"file", "a.csv", "id\n1\n"}
	for name, c := range map[string]struct {
		parts  []part
		status int
		code   fault.Code
	}{
		"no file":         {[]part{{name: "title", body: "x"}}, 400, fault.Validation},
		"empty file":      {[]part{{"file", "a.csv", ""}}, 400, fault.Validation},
		"second is empty": {[]part{csv, {"file", "b.csv", ""}}, 400, fault.Validation},
		"unknown field":   {[]part{csv, {name: "titel", body: "x"}}, 400, fault.Validation},
		"bad id":          {[]part{{name: "id", body: "../etc"}, csv}, 400, fault.Validation},
		"long title":      {[]part{csv, {name: "title", body: strings.Repeat("x", 5<<10)}}, 413, fault.PayloadTooLarge},
		"too large":       {[]part{csv, {"file", "b.csv", strings.Repeat("x", 65<<10)}}, 413, fault.PayloadTooLarge},
		"just too large":  {[]part{csv, {"file", "b.csv", strings.Repeat("x", 64<<10)}}, 413, fault.PayloadTooLarge},
		"too many files":  {slicesRepeat(csv, 65), 413, fault.PayloadTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			w := *w
			w.t = t
			w.want(w.upload(nil, c.parts...), c.status, c.code)
		})
	}
	// A form that breaks off, and one without its boundary.
	body, contentType := form(t, csv, part{"file", "b.csv", strings.Repeat("x", 20<<10)})
	w.want(w.do("POST", "/api/v1/datasets", body[:len(body)-500], contentType), 400, fault.Validation)
	w.want(w.do("POST", "/api/v1/datasets", body, with("Content-Type", "multipart/form-data")), 400, fault.Validation)
	w.leftNothing()
}

// leftNothing fails if anything of an upload is visible or stored.
func (w *world) leftNothing() {
	w.t.Helper()
	eventually(w.t, "nothing is stored", func() bool { return len(w.uploads()) == 0 })
	all, err := w.datasets.List(w.t.Context(), "local")
	if err != nil || len(all) != 1 || all[0].ID != "shop" {
		w.t.Errorf("datasets %v, %v", all, err)
	}
}

func slicesRepeat(p part, n int) []part {
	var out []part
	for range n {
		out = append(out, p)
	}
	return out
}

// TestATooLargeUploadIsRefusedBeforeItIsSent announces 50 GB and sends next to nothing.
func TestATooLargeUploadIsRefusedBeforeItIsSent(t *testing.T) {
	w := setup(t)
	conn, err := net.Dial("tcp", w.gw.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	// The server reads a little of a body before anybody can refuse it.
	_, _ = fmt.Fprintf(conn, "POST /api/v1/datasets HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 50000000000\r\n\r\n%s", strings.Repeat("x", 16<<10))
	in := make([]byte, 1024)
	n, err := conn.Read(in)
	if err != nil || !strings.HasPrefix(string(in[:n]), "HTTP/1.1 413") {
		t.Fatalf("%q %v", in[:n], err)
	}
	w.leftNothing()
}

// TestAnUploadStreamsInBoundedMemory sends much more than the process may use
// for it, and cuts it off before its end.
func TestAnUploadStreamsInBoundedMemory(t *testing.T) {
	w := setup(t)
	const total, chunk = 96 << 20, 1 << 20
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	pr, pw := io.Pipe()
	req, err := http.NewRequestWithContext(ctx, "POST", w.url+"/api/v1/datasets", pr)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	done := make(chan error, 1)
	go func() {
		resp, err := w.client.Do(req)
		if err == nil {
			_ = resp.Body.Close()
			err = fmt.Errorf("answered %d", resp.StatusCode)
		}
		done <- err
	}()
	if _, err := io.WriteString(pw, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"big.csv\"\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	line := bytes.Repeat([]byte("1,2,3,4,5,6,7\r\n"), chunk/15)
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	most := uint64(0)
	for sent := 0; sent < total; sent += len(line) {
		if _, err := pw.Write(line); err != nil {
			t.Fatal(err)
		}
		if sent%(16*len(line)) == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
	}
	if grown := int64(most) - int64(before.HeapAlloc); grown > 48<<20 {
		t.Errorf("an upload of %d MiB holds %d MiB of memory", total>>20, grown>>20)
	} else {
		t.Logf("an upload of %d MiB held %d MiB more than before", total>>20, grown>>20)
	}
	cancel() // the browser goes away
	pw.CloseWithError(context.Canceled)
	if err := <-done; err == nil {
		t.Error("the upload succeeded")
	}
	w.leftNothing()
}

func TestSomebodyElsesDatasetIsNotReplaced(t *testing.T) {
	w, tokens, _ := guarded(t)
	ada, bob := []option{bearer(tokens[auth.Analyst])}, []option{bearer(w.token("acme", "bob", auth.Analyst))}
	var d summary
	w.want(w.upload(ada, part{"file", "sales.csv", "id\n1\n"}), 202, "").into(t, &d)
	w.want(w.upload(bob, part{name: "id", body: d.ID}, part{"file", "sales.csv", "id\n2\n"}), 403, fault.Forbidden)
	// Without an id, bob's file of the same name becomes a dataset of its own.
	var own summary
	w.want(w.upload(bob, part{"file", "sales.csv", "id\n2\n"}), 202, "").into(t, &own)
	if own.ID != "sales_2" {
		t.Errorf("bob's dataset is %q", own.ID)
	}
	// An admin may replace it, and it stays ada's.
	w.want(w.upload([]option{bearer(tokens[auth.Admin])}, part{name: "id", body: d.ID}, part{"file", "sales.csv", "id\n3\n"}), 202, "")
	w.want(w.upload(ada, part{name: "id", body: d.ID}, part{"file", "sales.csv", "id\n4\n"}), 202, "")
	w.want(w.upload([]option{bearer(tokens[auth.Viewer])}, part{"file", "v.csv", "id\n1\n"}), 403, fault.Forbidden)
}

func TestDemoDatasetsStay(t *testing.T) {
	w := setup(t)
	err := w.datasets.Update(t.Context(), "local", "shop", strings.Repeat("ab", 32), func(d *catalog.Dataset) error {
		d.Demo = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.want(w.do("DELETE", "/api/v1/datasets/shop", nil), 403, fault.Forbidden)
	w.want(w.upload(nil, part{name: "id", body: "shop"}, part{"file", "x.csv", "id\n2\n"}), 403, fault.Forbidden)
}
