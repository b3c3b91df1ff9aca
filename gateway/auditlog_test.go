package gateway_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/shared/archive"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// past is a world whose stream lets go of events, with an archive.
type past struct {
	*world
	node *bustest.Node
	dir  string
	// runs of five events each; between the second and the third is one event of another org.
	runs []string
	// all is the export while the stream has everything.
	all []string
}

func newPast(t *testing.T) *past {
	t.Helper()
	p := &past{world: &world{t: t}, node: bustest.Server(t), dir: filepath.Join(t.TempDir(), "archive")}
	p.bus = p.node.Connect(t)
	p.datasets = registry.New(p.bus, slog.New(slog.DiscardHandler))
	p.addDataset("local", "shop")
	p.start(func(c *gateway.Config) { c.ArchiveDir = p.dir })
	for i := range 5 {
		id := p.ask("How many orders?")
		p.add("local", id, succeed()...)
		p.runs = append(p.runs, id)
		if i == 1 {
			stranger := event.Event{Org: "acme", RunID: bustest.RunID(1), Time: time.Now(), By: "test", Body: p.asked(id)}
			if _, err := p.bus.Append(t.Context(), 0, stranger); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.all = p.export("")
	if len(p.all) != 25 || seqOf(t, p.all[24]) != 26 {
		t.Fatalf("%d events, the last is %s", len(p.all), p.all[24])
	}
	return p
}

func (p *past) export(query string) []string {
	p.t.Helper()
	return p.want(p.do("GET", "/api/v1/audit/events?"+query, nil), 200, "").lines(p.t)
}

func seqOf(t *testing.T, line string) uint64 {
	t.Helper()
	var l struct{ Seq uint64 }
	if err := json.Unmarshal([]byte(line), &l); err != nil {
		t.Fatal(err)
	}
	return l.Seq
}

// keep archives the log up to an event, in files of so many bytes.
func (p *past) keep(to uint64, segment int64) {
	p.t.Helper()
	w, err := archive.Open(p.t.Context(), archive.Config{Dir: p.dir, SegmentBytes: segment})
	if err != nil {
		p.t.Fatal(err)
	}
	enough := errors.New("enough")
	err = p.bus.FollowStored(p.t.Context(), w.Last()+1, func(s bus.Stored) error {
		if s.Seq > to {
			return enough
		}
		if err := w.Append([]archive.Record{{Seq: s.Seq, Time: s.Time, Subject: s.Subject, Data: s.Data}}); err != nil || s.Seq < to {
			return err
		}
		return enough
	})
	if !errors.Is(err, enough) || w.Last() != to {
		p.t.Fatalf("archived up to %d: %v", w.Last(), err)
	}
	if err := w.Close(); err != nil {
		p.t.Fatal(err)
	}
}

// drop has the stream let go of all events before a sequence.
func (p *past) drop(before uint64) {
	p.t.Helper()
	reply, err := p.node.Raw(p.t).Request("$JS.API.STREAM.PURGE.RUNS", fmt.Appendf(nil, `{"seq":%d}`, before), patience)
	if err != nil || !strings.Contains(string(reply.Data), `"success":true`) {
		p.t.Fatal(err, reply)
	}
}

// without is the whole export without the events from a sequence to another, told in their place.
func (p *past) without(from, to uint64) []string {
	var out []string
	told := false
	for _, line := range p.all {
		seq := seqOf(p.t, line)
		if seq > to && !told {
			out, told = append(out, gapLine(from, to)), true
		}
		if seq < from || seq > to {
			out = append(out, line)
		}
	}
	if !told {
		out = append(out, gapLine(from, to))
	}
	return out
}

func gapLine(from, to uint64) string { return fmt.Sprintf(`{"seq":%d,"missing":%d}`, to, from) }

func (p *past) same(what string, got, want []string) {
	p.t.Helper()
	if !slices.Equal(got, want) {
		p.t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheEventExportGoesOnFromTheArchive(t *testing.T) {
	p := newPast(t)
	p.drop(4)
	p.want(p.do("GET", "/api/v1/audit/events", nil), 503, fault.Unavailable) // none is there yet
	p.same("the stream alone", p.export("archive=false"), p.without(1, 3))

	p = newPast(t)
	p.keep(14, 1<<10)
	p.drop(8)
	p.same("both", p.export(""), p.all)
	p.same("the stream alone", p.export("archive=false"), p.without(1, 7))
	p.same("up to an event of the archive", p.export("to_seq=6"), p.all[:6])
	p.same("up to one of the stream", p.export("to_seq=18"), p.all[:17])
	p.same("a run of the archive", p.export("run_id="+p.runs[0]), p.all[:5])
	p.same("a run of both", p.export("run_id="+p.runs[1]), p.all[5:10])
	p.same("a run of the stream", p.export("run_id="+p.runs[4]), p.all[20:])
	p.same("a run that is gone from the stream", p.export("archive=false&run_id="+p.runs[0]), []string{gapLine(1, 7)})
	p.same("after the archive", p.export("from="+time.Now().UTC().Format(time.RFC3339Nano)), nil)
	p.same("until long ago", p.export("to=2020-01-01T00:00:00Z"), nil)
	p.same("since long ago", p.export("from=2020-01-01T00:00:00Z"), p.all)
	if got := p.want(p.do("GET", "/api/v1/audit/capsules?from=2020-01-01T00:00:00Z", nil), 200, "").lines(t); len(got) != 5 {
		t.Errorf("capsules are %v", got)
	}
	p.want(p.do("GET", "/api/v1/audit/events?archive=maybe", nil), 400, fault.Validation)
	p.want(p.do("GET", "/api/v1/audit/events?run_id="+bustest.RunID(1), nil), 404, fault.NotFound) // another org's

	p.drop(20)
	p.same("what neither has is told in its place", p.export(""), p.without(15, 19))
	p.same("a run across the gap", p.export("run_id="+p.runs[2]), append(slices.Clone(p.all[10:13]), gapLine(15, 19)))
	p.drop(27)
	p.same("nothing is left in the stream", p.export(""), p.without(15, 26))
}

func TestFilesOfTheArchiveMayBeMovedAway(t *testing.T) {
	p := newPast(t)
	p.keep(24, 1<<10)
	p.drop(8)
	names, err := filepath.Glob(filepath.Join(p.dir, "0*"))
	if err != nil || len(names) < 6 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		var start int
		if _, err := fmt.Sscanf(filepath.Base(name), "%d.", &start); err != nil {
			t.Fatal(err)
		}
		if start < 18 {
			if err := os.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.same("the stream has what the archive has no more", p.export(""), p.without(1, 7))
	p.same("up to an event before the archive", p.export("to_seq=9"), p.without(1, 7)[:3])
}

func TestAnArchiveThatIsNotWhatWasWrittenIsNotExported(t *testing.T) {
	p := newPast(t)
	p.keep(26, 1<<20)
	p.drop(8)
	names, err := filepath.Glob(filepath.Join(p.dir, "*"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	open := slices.IndexFunc(names, func(name string) bool { return strings.HasSuffix(name, ".log") })
	whole, err := os.ReadFile(names[open])
	if err != nil {
		t.Fatal(err)
	}
	spoilt := strings.Replace(string(whole), "There are 3 orders", "There are 4 orders", 1)
	if spoilt == string(whole) {
		t.Fatalf("there is nothing to change in %s", names[open])
	}
	if err := os.WriteFile(names[open], []byte(spoilt), 0o600); err != nil {
		t.Fatal(err)
	}
	p.want(p.do("GET", "/api/v1/audit/events", nil), 409, fault.Conflict)
	p.same("the stream alone", p.export("archive=false"), p.without(1, 7))

	other := newPast(t)
	other.keep(26, 1<<20)
	p.want(p.do("GET", "/api/v1/audit/events", nil), 409, fault.Conflict)
	if err := os.RemoveAll(p.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(p.dir, os.DirFS(other.dir)); err != nil {
		t.Fatal(err)
	}
	if r := p.want(p.do("GET", "/api/v1/audit/events", nil), 409, fault.Conflict); !strings.Contains(string(r.body), "another log") {
		t.Errorf("the archive of another log: %s", r.body)
	}
}
