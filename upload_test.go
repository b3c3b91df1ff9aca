package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
)

// readings is a file that goes in several pieces, and its rows.
func readings() ([]byte, int) {
	var b bytes.Buffer
	b.WriteString("reading,place,value\n")
	n := 0
	for ; b.Len() < 2*pieceBytes+1000; n++ {
		fmt.Fprintf(&b, "%d,a place with a name that is long enough to fill a line %d,%d\n", n, n%97, n%1009)
	}
	return b.Bytes(), n
}

// toll stands before a Leo and sees every piece.
type toll struct {
	*httptest.Server
	pieces  atomic.Int32
	offsets chan string
	// pass decides what becomes of the n-th piece, from 1 on; false: the
	// connection ends after it has been stored.
	pass func(n int32) bool
}

func newToll(t *testing.T, base string, pass func(n int32) bool) *toll {
	t.Helper()
	to, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	g := &toll{offsets: make(chan string, 100), pass: pass}
	onward := httputil.NewSingleHostReverseProxy(to)
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPatch {
			onward.ServeHTTP(w, r)
			return
		}
		g.offsets <- r.Header.Get("Upload-Offset")
		if g.pass(g.pieces.Add(1)) {
			onward.ServeHTTP(w, r)
			return
		}
		onward.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(g.Close)
	return g
}

// sentFrom are the offsets of the pieces so far.
func (g *toll) sentFrom() string {
	var all []string
	for len(g.offsets) > 0 {
		all = append(all, <-g.offsets)
	}
	return strings.Join(all, " ")
}

func TestALargeFileIsAddedInPiecesOverALostConnection(t *testing.T) {
	l := start(t, func(c *config.Config) { c.Demo = false })
	data, rows := readings()
	path := csvFile(t, "readings.csv", data)
	g := newToll(t, l.base, func(n int32) bool { return n != 2 })
	var out, errs, screen bytes.Buffer
	code := program(t.Context(), []string{"dataset", "add", path, "--title", "Long", "--url", g.URL}, stdio{in: strings.NewReader(""), out: &out, err: &errs, terminal: &screen})
	if want := fmt.Sprintf("readings.readings: %d rows", rows); code != 0 || !strings.Contains(out.String(), want) {
		t.Fatalf("exit %d, want %q\n%s%s", code, want, &out, &errs)
	}
	// The answer to the second piece was lost, the piece was not.
	if got, want := g.sentFrom(), fmt.Sprintf("0 %d %d %d", pieceBytes, pieceBytes, 2*pieceBytes); got != want {
		t.Errorf("pieces from %s, want %s", got, want)
	}
	if !strings.Contains(screen.String(), "Sending readings.csv: 16.0 MiB of 32.0 MiB, 49 %") || !strings.HasSuffix(screen.String(), "\r\x1b[K") {
		t.Errorf("on the terminal: %q", &screen)
	}
	if strings.Contains(out.String()+errs.String(), "Sending") {
		t.Errorf("progress where there is no terminal:\n%s%s", &out, &errs)
	}
}

func TestAnInterruptedAddGoesOnWhereItStopped(t *testing.T) {
	l := start(t, func(c *config.Config) { c.Demo = false })
	data, rows := readings()
	path := csvFile(t, "readings.csv", data)
	ctx, interrupt := context.WithCancelCause(t.Context())
	g := newToll(t, l.base, func(n int32) bool {
		if n == 2 {
			interrupt(errors.New("Ctrl-C"))
		}
		return true
	})
	var errs bytes.Buffer
	code := program(ctx, []string{"dataset", "add", path, "--url", g.URL}, stdio{in: strings.NewReader(""), out: io.Discard, err: &errs})
	if code != fault.Cancelled.ExitCode() || !strings.Contains(errs.String(), "same command again") {
		t.Fatalf("exit %d\n%s", code, &errs)
	}
	if code, out, _ := l.cli(t, "dataset", "list"); code != 0 || strings.Contains(out, "readings") {
		t.Errorf("half a dataset:\n%s", out)
	}
	g.sentFrom()
	code = program(t.Context(), []string{"dataset", "add", path, "--url", g.URL}, stdio{in: strings.NewReader(""), out: &errs, err: &errs})
	if want := fmt.Sprintf("%d rows", rows); code != 0 || !strings.Contains(errs.String(), want) || !strings.Contains(errs.String(), "Going on with an upload") {
		t.Fatalf("exit %d, want %q\n%s", code, want, &errs)
	}
	if got := g.sentFrom(); strings.HasPrefix(got, "0") {
		t.Errorf("sent again from the beginning: %s", got)
	}
	if n := l.openUploads(t); n != 0 {
		t.Errorf("%d unfinished uploads", n)
	}
}

func TestAChangedFileIsNotTheOneThatWasInterrupted(t *testing.T) {
	one, err := fingerprint(csvFile(t, "a.csv", []byte("a\n1\n")))
	if err != nil {
		t.Fatal(err)
	}
	other, err := fingerprint(csvFile(t, "a.csv", []byte("a\n12\n")))
	if err != nil || one.print == other.print {
		t.Errorf("%+v and %+v (%v) are taken for the same", one, other, err)
	}
}

func TestWhatAPreparationDoesIsSaid(t *testing.T) {
	began := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	for want, p := range map[string]*catalog.Progress{
		"Preparing": nil,
		"Preparing, copying: 1.0 KiB of 2.0 KiB, for 3s":                     {Stage: catalog.StageCopying, Done: 1024, Total: 2048, Began: began, At: began.Add(3 * time.Second)},
		"Preparing, loading a_table_with_a_name_tha…: 5 B of 9 B, for 1m30s": {Stage: catalog.StageLoading, Table: "a_table_with_a_name_that_is_long", Done: 5, Total: 9, Began: began, At: began.Add(90 * time.Second)},
		"Preparing, describing sales, for 0s":                                {Stage: catalog.StageDescribing, Table: "sales", Began: began, At: began},
	} {
		if got := preparing(p); got != want {
			t.Errorf("said %q, want %q", got, want)
		}
	}
}

func (l *testLeo) openUploads(t *testing.T) int {
	t.Helper()
	var list struct{ Uploads []sessionOf }
	if err := l.call(t.Context(), http.MethodGet, "/api/v1/uploads", nil, &list); err != nil {
		t.Fatal(err)
	}
	return len(list.Uploads)
}
