package gateway_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/fault"
)

// announced is an upload as the API describes it.
type announced struct {
	ID, Mode, DatasetID string
	Bytes, Received     int64
	Complete            bool
	Files               []struct {
		ID, Name, SHA256 string
		Bytes, Received  int64
	}
}

// path is where the pieces of its first file go.
func (a announced) path() string { return "/api/v1/uploads/" + a.ID + "/files/" + a.Files[0].ID }

// begin announces files of these lengths.
func (w *world) begin(opts []option, lengths ...int) announced {
	w.t.Helper()
	req := map[string]any{"title": "Big one"}
	var files []any
	for n, length := range lengths {
		files = append(files, map[string]any{"name": fmt.Sprintf("part %d.csv", n), "bytes": length})
	}
	req["files"] = files
	var a announced
	w.want(w.do("POST", "/api/v1/uploads", req, opts...), 201, "").into(w.t, &a)
	return a
}

func piece(offset int) []option {
	return []option{with("Content-Type", "application/offset+octet-stream"), with("Upload-Offset", strconv.Itoa(offset)), with("Tus-Resumable", "1.0.0")}
}

// lines is a CSV of about n bytes.
func lines(n int) []byte {
	var b bytes.Buffer
	b.WriteString("id,total\n")
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%d,%d\n", i, i*7)
	}
	return b.Bytes()
}

func (w *world) offset(path string) string {
	w.t.Helper()
	return w.want(w.do("HEAD", path, nil), 200, "").Header.Get("Upload-Offset")
}

func TestALargeFileComesInPieces(t *testing.T) {
	w := setup(t)
	data := lines(3 << 20)
	a := w.begin(nil, len(data))
	r := w.want(w.do("PATCH", a.path(), data[:2<<20], piece(0)...), 204, "")
	if got := r.Header.Get("Upload-Offset"); got != strconv.Itoa(2<<20) || r.Header.Get("Tus-Resumable") != "1.0.0" {
		t.Errorf("offset %q, %v", got, r.Header)
	}
	w.want(w.do("POST", "/api/v1/uploads/"+a.ID+"/complete", nil), 409, fault.Conflict)
	sum := sha256.Sum256(data[2<<20:])
	checked := append(piece(2<<20), with("Upload-Checksum", "sha256 "+base64.StdEncoding.EncodeToString(sum[:])))
	w.want(w.do("PATCH", a.path(), data[2<<20:], checked...), 204, "")
	var now announced
	w.want(w.do("GET", "/api/v1/uploads/"+a.ID, nil), 200, "").into(t, &now)
	if whole := fmt.Sprintf("%x", sha256.Sum256(data)); now.Received != int64(len(data)) || now.Files[0].SHA256 != whole {
		t.Errorf("received %d, sha256 %s", now.Received, now.Files[0].SHA256)
	}
	var d summary
	r = w.want(w.do("POST", "/api/v1/uploads/"+a.ID+"/complete", nil), 202, "")
	r.into(t, &d)
	if d.ID != "part_0" || d.Title != "Big one" || d.Bytes != int64(len(data)) || r.Header.Get("Location") != "/api/v1/datasets/part_0" {
		t.Errorf("made %+v", d)
	}
	w.want(w.do("POST", "/api/v1/uploads/"+a.ID+"/complete", nil), 200, "").into(t, &d)
	// The same bytes in one request are the same version.
	var again summary
	w.want(w.upload(nil, part{"file", "part 0.csv", string(data)}), 200, "").into(t, &again)
	if again.Version != d.Version {
		t.Error("the same bytes are another version")
	}
	w.want(w.do("DELETE", "/api/v1/datasets/part_0", nil), 204, "")
	if n := len(w.uploads()); n != 0 {
		t.Errorf("%d parts left of a deleted dataset", n)
	}
}

// TestACutConnectionKeepsWhatArrived sends most of a piece and goes away.
func TestACutConnectionKeepsWhatArrived(t *testing.T) {
	w := setup(t)
	data := lines(6 << 20)
	a := w.begin(nil, len(data))
	conn, err := net.Dial("tcp", w.gw.Addr())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: %d\r\n\r\n", a.path(), len(data))
	if _, err := conn.Write(data[:4<<20]); err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	eventually(t, "what arrived is kept", func() bool { return w.offset(a.path()) == strconv.Itoa(4<<20) })
	w.want(w.do("PATCH", a.path(), data[4<<20:], piece(4<<20)...), 204, "")
	w.want(w.do("POST", "/api/v1/uploads/"+a.ID+"/complete", nil), 202, "")
}

// TestTheSameWriterTakesOver leaves a connection open that says nothing more: the
// browser lost its network. Its next request does not wait for the old one.
func TestTheSameWriterTakesOver(t *testing.T) {
	w := setup(t)
	data := lines(4 << 20)
	a := w.begin(nil, len(data))
	answered := w.stall(a.path(), "tab", data[:2<<20], len(data))
	other := append(piece(9), with("Upload-Writer", "another tab")) // stores nothing, whenever it comes
	eventually(t, "another writer is refused", func() bool {
		select {
		case <-answered: // the other one asked while this one came, so this one was refused
			answered = w.stall(a.path(), "tab", data[:2<<20], len(data))
		default:
		}
		busy := w.do("PATCH", a.path(), data[:1<<20], other...)
		return busy.StatusCode == 409 && busy.fault().Details["busy"] == true
	})
	same := func(offset int) []option { return append(piece(offset), with("Upload-Writer", "tab")) }
	// How far the first piece came when it was cut short is the scheduler's; that
	// its bytes are counted once is not.
	if moved := w.do("PATCH", a.path(), data, same(0)...); moved.StatusCode != 204 {
		w.want(moved, 409, fault.Conflict)
		at, err := strconv.Atoi(moved.Header.Get("Upload-Offset"))
		if err != nil || at == 0 || at > 2<<20 {
			t.Fatalf("the taken-over piece came to %d, %v", at, err)
		}
		w.want(w.do("PATCH", a.path(), data[at:], same(at)...), 204, "")
	}
	if got := w.offset(a.path()); got != strconv.Itoa(len(data)) {
		t.Errorf("the file has %s bytes, want %d", got, len(data))
	}
	w.want(w.do("POST", "/api/v1/uploads/"+a.ID+"/complete", nil), 202, "")
}

// stall sends the beginning of a piece and nothing more. The channel is closed when
// the gateway answers all the same.
func (w *world) stall(path, writer string, begin []byte, length int) <-chan struct{} {
	w.t.Helper()
	conn, err := net.Dial("tcp", w.gw.Addr())
	if err != nil {
		w.t.Fatal(err)
	}
	answered := make(chan struct{})
	w.t.Cleanup(func() {
		_ = conn.Close()
		<-answered
	})
	_, _ = fmt.Fprintf(conn, "PATCH %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/offset+octet-stream\r\nUpload-Writer: %s\r\nUpload-Offset: 0\r\nContent-Length: %d\r\n\r\n", path, writer, length)
	go func() {
		defer close(answered)
		_, _ = conn.Read(make([]byte, 1))
	}()
	// A gateway that has answered may not read the rest: no failure of the test.
	_, _ = conn.Write(begin)
	return answered
}

func TestBadPiecesAreRefused(t *testing.T) {
	w := setup(t)
	data := lines(2 << 20)
	a := w.begin(nil, len(data))
	for name, c := range map[string]struct {
		body   []byte
		opts   []option
		status int
		code   fault.Code
	}{
		"wrong offset":  {data, piece(1 << 20), 409, fault.Conflict},
		"no offset":     {data, []option{with("Content-Type", "application/offset+octet-stream")}, 400, fault.Validation},
		"a number":      {data, append(piece(0), with("Upload-Offset", "-1")), 400, fault.Validation},
		"wrong type":    {data, append(piece(0), with("Content-Type", "text/csv")), 400, fault.Validation},
		"too long":      {append(data, 'x'), piece(0), 400, fault.Validation},
		"small":         {data[:100], piece(0), 400, fault.Validation},
		"another tus":   {data, append(piece(0), with("Tus-Resumable", "0.2.2")), 400, fault.Validation},
		"bad checksum":  {data, append(piece(0), with("Upload-Checksum", "sha256 "+base64.StdEncoding.EncodeToString(make([]byte, 32)))), 400, fault.Validation},
		"weak checksum": {data, append(piece(0), with("Upload-Checksum", "md5 AAAA")), 400, fault.Validation},
	} {
		t.Run(name, func(t *testing.T) {
			w := *w
			w.t = t
			w.want(w.do("PATCH", a.path(), c.body, c.opts...), c.status, c.code)
		})
	}
	if got := w.offset(a.path()); got != "0" {
		t.Errorf("refused pieces came to %s", got)
	}
	w.want(w.do("DELETE", "/api/v1/uploads/"+a.ID, nil), 204, "")
	w.want(w.do("GET", "/api/v1/uploads/"+a.ID, nil), 404, fault.NotFound)
	w.leftNothing()
}

func TestQuotasAreCheckedBeforeABytesIsSent(t *testing.T) {
	w := &world{t: t}
	w.onBus()
	w.addDataset(auth.LocalOrg, "shop")
	free := int64(1 << 40)
	w.free = func() (int64, bool) { return free, true }
	w.start(func(c *gateway.Config) { c.MaxUploadBytes, c.MaxFileBytes, c.MaxOpenUploads = 100, 60, 2 })
	file := func(name string, n int) map[string]any { return map[string]any{"name": name, "bytes": n} }
	var many []any
	for range 65 {
		many = append(many, file("a.csv", 1))
	}
	for name, c := range map[string]struct {
		req    map[string]any
		status int
		code   fault.Code
	}{
		"file size":     {map[string]any{"files": []any{file("a.csv", 61)}}, 413, fault.PayloadTooLarge},
		"dataset size":  {map[string]any{"files": []any{file("a.csv", 60), file("b.csv", 41)}}, 413, fault.PayloadTooLarge},
		"files":         {map[string]any{"files": many}, 413, fault.PayloadTooLarge},
		"empty":         {map[string]any{"files": []any{file("a.csv", 0)}}, 400, fault.Validation},
		"no name":       {map[string]any{"files": []any{file("../..", 1)}}, 400, fault.Validation},
		"unknown mode":  {map[string]any{"mode": "append"}, 400, fault.Validation},
		"no dataset":    {map[string]any{"mode": "add"}, 400, fault.Validation},
		"not there":     {map[string]any{"mode": "add", "dataset_id": "shopp"}, 404, fault.NotFound},
		"bad id":        {map[string]any{"dataset_id": "../etc"}, 400, fault.Validation},
		"unknown field": {map[string]any{"titel": "x"}, 400, fault.Validation},
	} {
		t.Run(name, func(t *testing.T) {
			w := *w
			w.t = t
			w.want(w.do("POST", "/api/v1/uploads", c.req), c.status, c.code)
		})
	}
	free = 100
	r := w.want(w.do("POST", "/api/v1/uploads", map[string]any{"files": []any{file("a.csv", 50)}}), 507, fault.ResourceExceeded)
	if !strings.Contains(r.fault().Message, "100 bytes is free") {
		t.Errorf("%s", r.fault().Message)
	}
	free = 1 << 40
	first := w.begin(nil, 10)
	w.begin(nil, 10)
	w.want(w.do("POST", "/api/v1/uploads", map[string]any{}), 429, fault.RateLimited)
	w.want(w.do("DELETE", "/api/v1/uploads/"+first.ID, nil), 204, "")
	w.begin(nil, 10)
}

func TestUploadsBelongToWhoBeganThem(t *testing.T) {
	w, tokens, _ := guarded(t)
	ada, bob := []option{bearer(tokens[auth.Analyst])}, []option{bearer(w.token("acme", "bob", auth.Analyst))}
	a := w.begin(ada, 5)
	for _, r := range []reply{
		w.do("GET", "/api/v1/uploads/"+a.ID, nil, bob...), w.do("DELETE", "/api/v1/uploads/"+a.ID, nil, bob...),
		w.do("PATCH", a.path(), []byte("a\n1\n2"), append(piece(0), bob...)...), w.do("DELETE", a.path(), nil, bob...),
		w.do("POST", "/api/v1/uploads/"+a.ID+"/complete", nil, bob...),
		w.do("GET", "/api/v1/uploads/"+a.ID, nil, bearer(w.token("globex", "eve", auth.Admin))),
	} {
		w.want(r, 404, fault.NotFound)
	}
	var list struct{ Uploads []announced }
	w.want(w.do("GET", "/api/v1/uploads", nil, bob...), 200, "").into(t, &list)
	if len(list.Uploads) != 0 {
		t.Errorf("bob sees %+v", list.Uploads)
	}
	w.want(w.do("GET", "/api/v1/uploads", nil, bearer(tokens[auth.Viewer])), 403, fault.Forbidden)
	w.want(w.do("GET", "/api/v1/uploads", nil, ada...), 200, "").into(t, &list)
	if len(list.Uploads) != 1 {
		t.Errorf("ada sees %+v", list.Uploads)
	}
	w.want(w.do("PATCH", a.path(), []byte("a\n1\n2"), append(piece(0), ada...)...), 204, "")
	w.want(w.do("POST", "/api/v1/uploads/"+a.ID+"/complete", nil, ada...), 202, "")
	// bob may not add to ada's dataset, and says nothing about it by trying.
	req := map[string]any{"mode": "add", "dataset_id": "part_0", "files": []any{map[string]any{"name": "b.csv", "bytes": 4}}}
	w.want(w.do("POST", "/api/v1/uploads", req, bob...), 403, fault.Forbidden)
	var more announced
	w.want(w.do("POST", "/api/v1/uploads", req, ada...), 201, "").into(t, &more)
	w.want(w.do("PATCH", more.path(), []byte("b\n1\n"), append(piece(0), ada...)...), 204, "")
	var d summary
	w.want(w.do("POST", "/api/v1/uploads/"+more.ID+"/complete", nil, ada...), 202, "").into(t, &d)
	if d.ID != "part_0" || d.Bytes != 9 {
		t.Errorf("added: %+v", d)
	}
}

// TestAnyTusClientCanSend announces files the way the protocol has it.
func TestAnyTusClientCanSend(t *testing.T) {
	w := setup(t)
	a := w.begin(nil)
	named := func(name string) option {
		return with("Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte(name))+",fingerprint Zg==")
	}
	files := "/api/v1/uploads/" + a.ID + "/files"
	r := w.want(w.do("POST", files, nil, with("Upload-Length", "8"), named("C:\\x\\Sales\x1b[2J.csv"), with("Tus-Resumable", "1.0.0")), 201, "")
	at := r.Header.Get("Location")
	w.want(w.do("PATCH", at, []byte("id\n1\n2\n3"), piece(0)...), 204, "")
	if got := w.offset(at); got != "8" {
		t.Errorf("offset %s", got)
	}
	w.want(w.do("POST", files, nil, with("Upload-Length", "x"), named("a.csv")), 400, fault.Validation)
	w.want(w.do("POST", files, nil, with("Upload-Length", "8"), with("Upload-Metadata", "filename !")), 400, fault.Validation)
	second := w.want(w.do("POST", files, nil, with("Upload-Length", "8"), named("b.csv")), 201, "").Header.Get("Location")
	w.want(w.do("DELETE", second, nil), 204, "")
	var now announced
	w.want(w.do("GET", "/api/v1/uploads/"+a.ID, nil), 200, "").into(t, &now)
	if len(now.Files) != 1 || now.Files[0].Name != "Sales[2J.csv" {
		t.Errorf("files %+v", now.Files)
	}
	w.want(w.do("POST", "/api/v1/uploads/"+a.ID+"/complete", nil), 202, "")
}

// TestAGatewayThatRestartsGoesOn starts another gateway over the same store.
func TestAGatewayThatRestartsGoesOn(t *testing.T) {
	w := setup(t)
	data := lines(3 << 20)
	a := w.begin(nil, len(data))
	w.want(w.do("PATCH", a.path(), data[:2<<20], piece(0)...), 204, "")
	if err := w.stop(); err != nil {
		t.Fatal(err)
	}
	w.start()
	if got := w.offset(a.path()); got != strconv.Itoa(2<<20) {
		t.Fatalf("offset %s after a restart", got)
	}
	w.want(w.do("PATCH", a.path(), data[2<<20:], piece(2<<20)...), 204, "")
	w.want(w.do("POST", "/api/v1/uploads/"+a.ID+"/complete", nil), 202, "")
}

// slowBody sends a piece slower than a request may usually take.
type slowBody struct {
	in    io.Reader
	every time.Duration
}

func (s slowBody) Read(p []byte) (int, error) {
	<-time.After(s.every)
	return s.in.Read(p[:min(len(p), 16<<10)])
}

func TestASlowPieceIsNotCutByTheRequestTimeout(t *testing.T) {
	w := setup(t, func(c *gateway.Config) { c.RequestTimeout = 2 * time.Second })
	data := lines(1 << 20)
	a := w.begin(nil, len(data))
	req, err := http.NewRequestWithContext(t.Context(), "PATCH", w.url+a.path(), slowBody{bytes.NewReader(data), 40 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range piece(0) {
		o(req)
	}
	resp, err := w.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != 204 {
		t.Errorf("status %d", resp.StatusCode)
	}
}
