package run_test

import (
	"strings"
	"testing"

	"github.com/leo-analytics/leo/shared/run"
)

func TestAStatementIsNamedByItsFirstCode(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT status, count(*) FROM orders GROUP BY status;":            "SQL: SELECT status, count(*) FROM orders GROUP BY status",
		"-- per status\n/* two\nlines */\nSELECT\n  status\nFROM\torders": "SQL: SELECT status FROM orders",
		"SELECT '--not a comment' AS x, \"/*\" FROM t -- but this is":     "SQL: SELECT '--not a comment' AS x, \"/*\" FROM t",
		"SELECT 'it''s' FROM t":   "SQL: SELECT 'it''s' FROM t",
		"-- nothing else":         "SQL",
		"SELECT 1 /* never ended": "SQL: SELECT 1",
		"SELECT 'never ended":     "SQL: SELECT 'never ended",
		"":                        "SQL",
	} {
		if got := run.SQLName(text); got != want {
			t.Errorf("%q\ngot  %s\nwant %s", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"# mean by ward\nimport pandas as pd\nfrom math import sqrt\n\nresult = visits.groupby('ward').cost.mean().reset_index()\nprint(1)": "Python: result = visits.groupby('ward').cost.mean().reset_index()",
		"import math\nx = 2\nprint(math.sqrt(x))": "Python: x = 2; print(math.sqrt(x))",
		"import math": "Python",
	} {
		if got := run.PythonName(text); got != want {
			t.Errorf("%q\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestALongStatementHasAShortName(t *testing.T) {
	got := run.SQLName("SELECT " + strings.Repeat("é, ", 4000))
	if n := len([]rune(got)); n > 130 || !strings.HasSuffix(got, "…") {
		t.Errorf("%d characters: %s", n, got)
	}
}
