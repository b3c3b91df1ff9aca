package answer_test

import (
	"fmt"
	"math/rand"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/leo-analytics/leo/planner/answer"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/compile"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/plan"
)

// wards is a result of four groups with a total, a share and a count.
func wards() answer.Input {
	in := result(
		[]compile.OutputColumn{
			ward(), cost(),
			{Name: "share", Type: catalog.Decimal, Role: compile.Measure, Format: compile.Percent},
			{Name: "count", Type: catalog.Integer, Role: compile.Measure},
		},
		[]string{"VARCHAR", "DECIMAL(18,2)", "DOUBLE", "BIGINT"},
		[]any{"North", n("1234567.89"), n("0.6172"), n("412")},
		[]any{"Südstadt", n("530100.5"), n("0.265"), n("230")},
		[]any{"S16", n("235331.61"), n("0.1177"), n("3")},
		[]any{"Old Town", n("-45.6"), n("0.00001"), n("0")},
	)
	in.Plan.GroupBy = []plan.Expr{{Column: "ward"}}
	in.Plan.Filters = []plan.Filter{
		{Column: "day", Op: plan.GreaterOrEqual, Value: "2026-01-01"},
		{Column: "day", Op: plan.Less, Value: "2027-01-01"},
		{Column: "cost", Op: plan.Greater, Value: n("100")},
		{Column: "doctor", Op: plan.Equal, Value: "Grace Hopper"},
	}
	in.Asked.Request.Question = "total cost by ward for Grace Hopper in 2026"
	in.Dataset.Tables[0].Columns[1].Profile.Top = []catalog.ValueCount{{Value: "North"}, {Value: "west wing"}}
	return in
}

func months() answer.Input {
	return result(
		[]compile.OutputColumn{month(), cost()}, []string{"DATE", "DOUBLE"},
		[]any{"2026-01-01", n("5210")}, []any{"2026-02-01", n("9470")}, []any{"2026-03-01", n("4130.4")}, []any{"2026-05-01", n("6000")},
	)
}

func TestATextWhoseFiguresAreInTheResultIsTold(t *testing.T) {
	for name, texts := range map[string]struct {
		in   answer.Input
		told []string
	}{
		"groups": {wards(), []string{
			"North has the highest total cost with 1,234,567.89 EUR.",
			"The total cost was highest in North (€1.23 million, 61.7 %) and lowest in Old Town at -45.60 EUR.",
			"North leads with 1.2M EUR, followed by Südstadt with 530k and S16 with 235,331.61.",
			"North accounts for 62% of the cost and Südstadt for 26.5 percent.",
			"Of the four wards, North has 412 visits and S16 only three.",
			"In 2026, Grace Hopper's total cost was 1,234,568 EUR in North.",
			"For visits over 100 EUR in 2026, North's share is 0.617.",
			"North and Südstadt have 412 and 230 visits respectively.",
			"412 visits were in North, 230 in Südstadt.",
			"North comes 1st.  Südstadt is second\nwith 530\u202f100.50 EUR.",
			"There are 4 wards.",
		}},
		"time": {months(), []string{
			"Total cost rose from 5,210 EUR in January 2026 to 6,000 EUR in May 2026.",
			"It peaked in Feb 2026 at 9.47k EUR and was lowest in March at 4,130.4 EUR.",
			"The cost of 2026-02 was 9,470 EUR.",
			"In Q1 2026 the highest month was February with 9,470.",
		}},
	} {
		for _, text := range texts.told {
			got, refs, ok := answer.Narrate(text, texts.in)
			if !ok {
				t.Errorf("%s: refused %q", name, text)
				continue
			}
			checkRefs(t, texts.in, got, refs)
		}
	}
}

// checkRefs holds references within the text and the result.
func checkRefs(t *testing.T, in answer.Input, text string, refs []event.Ref) {
	t.Helper()
	units, end := utf16.Encode([]rune(text)), 0
	for _, r := range refs {
		if r.Start < end || r.End <= r.Start || r.End > len(units) || r.Row < 0 || r.Row >= len(in.Executed.Preview) {
			t.Errorf("reference %+v in %q", r, text)
		}
		end = r.End
	}
}

func TestATextThatSaysMoreThanTheResultIsNotTold(t *testing.T) {
	for name, text := range map[string]string{
		"another figure":               "North has the highest total cost with 1,234,567.98 EUR.",
		"another row's figure":         "North has 530,100.50 EUR.",
		"swapped figures":              "North has 230 visits, Südstadt 412.",
		"swapped respectively":         "North and Südstadt have 230 and 412 visits.",
		"a name that is not there":     "Westminster has 412 visits.",
		"a name in the middle":         "The best ward is Westminster with 412 visits.",
		"a value of the dataset":       "The west wing has 412 visits.",
		"an identifier":                "S17 has 3 visits.",
		"a sum of its own":             "North and Südstadt together have 642 visits.",
		"a factor":                     "North has twice the visits of Südstadt.",
		"a fraction":                   "North has about two thirds of the cost.",
		"a fold":                       "The cost of North is a 3-fold of others.",
		"another currency":             "North has $1,234,567.89.",
		"another unit":                 "North has 1,234,567.89 minutes.",
		"a percentage of no share":     "North has 412%.",
		"a share with the wrong place": "North has 6.17% of the cost.",
		"too coarse":                   "North has 1 million EUR and 1,200,000 EUR.",
		"a number in words":            "There are seven wards.",
		"a year of its own":            "In 2025 North had 412 visits.",
		"a date of its own":            "On 3 March 2026, North had 412 visits.",
		"a month of its own":           "North had 412 visits in 14 months.",
		"highest is not":               "S16 is the highest with 235,331.61 EUR.",
		"lowest is not":                "The fewest visits, 230, were in Südstadt.",
		"a sign lost":                  "Old Town has 45.60 EUR.",
		"bold":                         "**North** has 412 visits.",
		"a link":                       "North has 412 visits, see https://example.com.",
		"a bare link":                  "North has 412 visits, see leo-prizes.com for more.",
		"markdown link":                "North has [412](x) visits.",
		"a tag":                        "North has <b>412</b> visits.",
		"a list":                       "- North: 412\n- Südstadt: 230",
		"code":                         "North has `412` visits.",
		"hidden characters":            "North has 412\u200b visits.",
		"text turned around":           "North has \u202e412 visits.",
		"four sentences":               "North leads. It has 412 visits. Südstadt has 230. S16 has 3.",
		"nothing":                      "  ",
		"an essay":                     strings.Repeat("North leads and ", 200),
		"another script":               "North has 412 visits 北京.",
		"a made up column":             "North has 412 net_promoters.",
		"quoted":                       `The ward "east gate" has 412 visits.`,
		"two readings of a number":     "North has 1.234.567,89 EUR.",
		"a ratio":                      "North to Südstadt is 412:230.",
		"another threshold":            "For visits over 200 EUR, North has 412.",
	} {
		if got, _, ok := answer.Narrate(text, wards()); ok {
			t.Errorf("%s: told %q", name, got)
		}
	}
}

func TestWhatIsMissingIsNotCounted(t *testing.T) {
	in := wards()
	in.Executed.Truncated = true
	for _, text := range []string{"There are 4 wards.", "North is the highest with 412 visits."} {
		if got, _, ok := answer.Narrate(text, in); ok {
			t.Errorf("told %q of a result that is cut", got)
		}
	}
	if _, _, ok := answer.Narrate("Among the first 4 rows, North has 412 visits.", in); !ok {
		t.Error("what was seen may be told")
	}
}

func TestALimitInOrderLeavesTheFirstTheHighest(t *testing.T) {
	in := wards()
	in.Statement.Limit, in.Plan.Limit = 4, 4
	in.Plan.OrderBy = []plan.OrderBy{{By: "sum_cost", Direction: plan.Desc}}
	if _, _, ok := answer.Narrate("Among the top 4 wards, North is the highest with 412 visits.", in); !ok {
		t.Error("refused")
	}
	if got, _, ok := answer.Narrate("Old Town has the lowest cost, -45.6 EUR.", in); ok {
		t.Errorf("told %q", got)
	}
}

func TestFiguresAreBoundToTheRowsNamedBesideThem(t *testing.T) {
	in := result([]compile.OutputColumn{ward(), cost()}, []string{"VARCHAR", "DOUBLE"}, []any{"A", n("7")}, []any{"North", n("7")})
	text, refs, ok := answer.Narrate("Both have the same: 7 EUR in North.", in)
	if !ok || len(refs) != 2 || refs[0].Row != 1 || refs[0].Column != "sum_cost" || refs[1].Row != 1 {
		t.Errorf("%q %+v %v", text, refs, ok)
	}
}

// A changed digit must be caught, wherever it is, unless the changed number
// happens to be another truth about the same row.
func TestEveryChangedDigitIsCaught(t *testing.T) {
	rnd := rand.New(rand.NewSource(7)) // a fixed seed makes the test repeatable
	for range 60 {
		in, row := randomResult(rnd)
		r := in.Executed.Preview[row]
		text := fmt.Sprintf("%s has %s EUR and %s visits, which is %s%%.", r[0], r[1], r[2], r[3])
		if _, refs, ok := answer.Narrate(text, in); !ok || len(refs) != 4 {
			t.Fatalf("refused %q: %v %+v", text, in.Executed.Preview, refs)
		}
		for _, at := range regexp.MustCompile(`\d`).FindAllStringIndex(text, -1) {
			changed := []byte(text)
			changed[at[0]] = '0' + (changed[at[0]]-'0'+byte(1+rnd.Intn(9)))%10
			if got, _, ok := answer.Narrate(string(changed), in); ok {
				t.Errorf("told %q of %v", got, r)
			}
		}
	}
}

func randomResult(rnd *rand.Rand) (answer.Input, int) {
	var rows [][]any
	for i := range 6 {
		rows = append(rows, []any{
			fmt.Sprintf("Ward %c", 'A'+i),
			n(fmt.Sprintf("%d.%02d", 10_000+rnd.Intn(90_000), 1+rnd.Intn(99))),
			n(fmt.Sprint(1000 + rnd.Intn(9000))),
			n(fmt.Sprintf("%d.%d", 11+rnd.Intn(88), 1+rnd.Intn(9))),
		})
	}
	in := result(
		[]compile.OutputColumn{
			ward(), cost(),
			{Name: "count", Type: catalog.Integer, Role: compile.Measure},
			{Name: "rate", Type: catalog.Decimal, Role: compile.Measure, Unit: "%"},
		},
		[]string{"VARCHAR", "DOUBLE", "BIGINT", "DOUBLE"}, rows...,
	)
	return in, rnd.Intn(len(rows))
}

func FuzzNarrate(f *testing.F) {
	for _, text := range []string{"North has 412 visits.", "In 2026, €1.23 million", "a\x00b", "1,2,3", "“", "5 May", "-", "the 1st", "Q4 2026 12:30pm"} {
		f.Add(text)
	}
	in := wards()
	f.Fuzz(func(t *testing.T, text string) {
		got, refs, ok := answer.Narrate(text, in)
		if !ok && (got != "" || refs != nil) {
			t.Errorf("a refused text left %q", got)
		}
		checkRefs(t, in, got, refs)
	})
}
