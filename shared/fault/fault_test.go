package fault_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/fault"
)

func TestEveryCodeHasARowThatMakesSense(t *testing.T) {
	codes := fault.Codes()
	if len(codes) != 20 {
		t.Fatalf("the contract lists 20 codes, the table has %d", len(codes))
	}
	seen := map[fault.Code]bool{}
	for _, c := range codes {
		if seen[c] {
			t.Errorf("%s stands twice", c)
		}
		seen[c] = true
		if s := c.HTTPStatus(); s < 400 || s > 599 {
			t.Errorf("%s: status %d is not an error", c, s)
		}
		if e := c.ExitCode(); e < 1 || e > 6 {
			t.Errorf("%s: exit code %d", c, e)
		}
		if d := c.Disposition(); d != fault.Final && d != fault.Retry {
			t.Errorf("%s: disposition %q", c, d)
		}
		if c.Rejects() && c.Disposition() == fault.Retry {
			t.Errorf("%s is refused and retried", c)
		}
		if c.HTTPStatus() >= 500 && c.Rejects() {
			t.Errorf("%s is the server's failure and counts as refused", c)
		}
	}
}

func TestUnknownCodesCountAsInternal(t *testing.T) {
	if got := fault.Code("NO_SUCH").HTTPStatus(); got != 500 {
		t.Errorf("status %d", got)
	}
	if fault.Code("NO_SUCH").Known() {
		t.Error("an unknown code is known")
	}
}

func TestFromFindsTheFaultAndHidesEverythingElse(t *testing.T) {
	f := fault.New(fault.NotFound, "There is no dataset %q.", "x").WithHint("Look.")
	if got := fault.From(fmt.Errorf("while asking: %w", f)); got != f {
		t.Errorf("got %v", got)
	}
	got := fault.From(io.ErrUnexpectedEOF)
	if got.Code != fault.Internal || !errors.Is(got, io.ErrUnexpectedEOF) {
		t.Errorf("got %v", got)
	}
	data, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(data); json.Valid(data) && strings.Contains(s, "EOF") {
		t.Errorf("the cause reaches the user: %s", s)
	}
	if fault.From(nil) != nil || fault.CodeOf(nil) != "" {
		t.Error("no error is a fault")
	}
}

func TestWithDoesNotChangeTheOriginal(t *testing.T) {
	a := fault.New(fault.Query, "x").With("one", 1)
	b := a.With("two", 2).WithHint("h")
	if len(a.Details) != 1 || a.Hint != "" || len(b.Details) != 2 {
		t.Errorf("a %v %q, b %v", a.Details, a.Hint, b.Details)
	}
}

func TestIsAsksForACode(t *testing.T) {
	err := fmt.Errorf("x: %w", fault.New(fault.Conflict, "taken"))
	if !errors.Is(err, &fault.Fault{Code: fault.Conflict}) || errors.Is(err, &fault.Fault{Code: fault.Query}) {
		t.Error("errors.Is does not follow the code")
	}
}

func TestDecodeReadsWhatMarshalWrote(t *testing.T) {
	f := fault.New(fault.Timeout, "Too slow.").WithHint("Ask for less.").With("ms", 12)
	data, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := fault.Decode(data)
	if err != nil || got.Code != f.Code || got.Message != f.Message || got.Hint != f.Hint {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := fault.Decode([]byte(`{"message":"x"}`)); err == nil {
		t.Error("a fault without a code decodes")
	}
}
