package datasets_test

import (
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
)

// desk is the dataset in memory.
type desk struct{ tickets table }

func TestHelpDesk(t *testing.T) {
	d := desk{readTable(t, datasetstest.CSVs(t, "support"), "tickets.csv")}
	t.Run("SLA follows from the times", d.targets)
	t.Run("Tickets follow the calendar", d.calendar)
	t.Run("Tickets have the flaws of a real file", d.flaws)
}

// slaTargets are the promises of the data's description.
func slaTargets() map[string]time.Duration {
	return map[string]time.Duration{"P1": 4 * time.Hour, "P2": 16 * time.Hour, "P3": 48 * time.Hour, "P4": 120 * time.Hour}
}

func (d desk) targets(t *testing.T) {
	d.tickets.mustBeUnique(t, "ticket_id")
	closing := time.Date(2026, time.October, 1, 0, 0, 0, 0, time.UTC)
	created, resolved := d.tickets.column(t, "created_at"), d.tickets.column(t, "resolved_at")
	priority, csat := d.tickets.column(t, "priority"), d.tickets.column(t, "csat_score")
	last := ""
	for i, met := range d.tickets.column(t, "sla_met") {
		if created[i] < last {
			t.Fatal("tickets are not sorted by time of creation")
		}
		last = created[i]
		end := closing
		if resolved[i] != "" {
			end = instant(t, resolved[i])
		}
		took := end.Sub(instant(t, created[i]))
		target, ok := slaTargets()[priority[i]]
		want := "true"
		if took > target {
			want = "false"
		} else if resolved[i] == "" {
			want = ""
		}
		if !ok || met != want || took <= 0 || end.After(closing) {
			t.Fatalf("row %d: %s ticket took %v, sla_met %q", i+1, priority[i], took, met)
		}
		if csat[i] != "" && (resolved[i] == "" || csat[i] < "1" || csat[i] > "5" || created[i] < "2024-03-01") {
			t.Fatalf("row %d: csat %q", i+1, csat[i])
		}
	}
}

func (d desk) calendar(t *testing.T) {
	days, weekdays, hours := map[string]int{}, map[time.Weekday]int{}, map[int]int{}
	years := map[int]float64{}
	for _, s := range d.tickets.column(t, "created_at") {
		at := instant(t, s)
		days[s[:10]]++
		weekdays[at.Weekday()]++
		hours[at.Hour()]++
		if at.Month() < time.October {
			years[at.Year()]++
		}
	}
	if weekdays[time.Monday] < 2*weekdays[time.Saturday] || hours[10] < 10*hours[3] {
		t.Errorf("weekdays %v, hours %v", weekdays, hours)
	}
	within(t, "2026 by 2024", years[2026]/years[2024], 1.2, 1.7)
	if days["2025-10-21"] < 2*days["2025-10-20"] {
		t.Errorf("%d tickets in an incident, %d the day before", days["2025-10-21"], days["2025-10-20"])
	}
	if days["2024-09-14"]+days["2024-09-15"] != 0 || len(days) != 1002 {
		t.Errorf("%d days have tickets, want 1002 without the weekend of the move", len(days))
	}
}

func (d desk) flaws(t *testing.T) {
	within(t, "tickets without score", d.tickets.nullShare(t, "csat_score"), 0.55, 0.7)
	within(t, "open tickets", d.tickets.nullShare(t, "resolved_at"), 0.008, 0.02)
	within(t, "undecided targets", d.tickets.nullShare(t, "sla_met"), 0.001, 0.005)
	for _, column := range []string{"created_at", "category", "priority"} {
		within(t, "NULLs in "+column, d.tickets.nullShare(t, column), 0, 0)
	}
	categories, priorities := map[string]int{}, map[string]int{}
	score := map[string]*mean{"true": {}, "false": {}}
	met, csat, priority := d.tickets.column(t, "sla_met"), d.tickets.column(t, "csat_score"), d.tickets.column(t, "priority")
	for i, c := range d.tickets.column(t, "category") {
		categories[c]++
		priorities[priority[i]]++
		if csat[i] != "" {
			score[met[i]].add(number(t, csat[i]))
		}
	}
	if len(categories) != 9 || categories["How-to"] < 10*categories["Security"] {
		t.Errorf("categories: %v", categories)
	}
	if len(priorities) != 4 || priorities["P3"] < 5*priorities["P1"] {
		t.Errorf("priorities: %v", priorities)
	}
	within(t, "points lost by missing the target", score["true"].value()-score["false"].value(), 1, 2)
}
