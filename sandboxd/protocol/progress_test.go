package protocol_test

import (
	"bufio"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/sandboxd/protocol"
	"github.com/leo-analytics/leo/shared/catalog"
)

func TestProgressComesBeforeTheResponse(t *testing.T) {
	r := bufio.NewReader(strings.NewReader(`{"progress":{"stage":"examining","table":"t"}}
{"progress":{"stage":"loading","table":"t","done":5,"total":9,"rows":2}}
{"id":"r","status":"ok","row_count":0}
`))
	var said []protocol.Progress
	if err := protocol.ReadProgress(r, func(p protocol.Progress) { said = append(said, p) }); err != nil {
		t.Fatal(err)
	}
	want := protocol.Progress{Stage: catalog.StageLoading, Table: "t", Done: 5, Total: 9, Rows: 2}
	if len(said) != 2 || said[1] != want {
		t.Errorf("said %+v", said)
	}
	if _, err := protocol.ReadResponse(r, "r", 1<<20); err != nil {
		t.Errorf("the response behind it: %v", err)
	}
}

func TestProgressThatMakesNoSenseIsABrokenSandbox(t *testing.T) {
	for name, line := range map[string]string{
		"no stage":      `{"progress":{"table":"t"}}`,
		"unknown stage": `{"progress":{"stage":"dancing"}}`,
		"negative":      `{"progress":{"stage":"loading","rows":-1}}`,
		"no object":     `{"progress":null}`,
		"cut":           `{"progress":{"stage":`,
		"too long":      `{"progress":{"stage":"loading","table":"` + strings.Repeat("x", 5000) + `"}}`,
	} {
		err := protocol.ReadProgress(bufio.NewReader(strings.NewReader(line+"\n")), func(protocol.Progress) {})
		if err == nil {
			t.Errorf("%s: taken for progress", name)
		}
	}
}
