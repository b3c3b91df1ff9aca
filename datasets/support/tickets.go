package support

import (
	"slices"
	"time"

	"github.com/leo-analytics/leo/datasets/synth"
)

// days is the number of days from the first to the last, both included.
const days = 1004

func firstDay() time.Time {
	return time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
}

// closing is the moment the file was written: later resolutions are unknown.
func closing() time.Time { return firstDay().AddDate(0, 0, days) }

const firstTicketID = 30_001

// Generate writes tickets.csv into d. The caller commits. It returns the first
// error of d.
func Generate(d *synth.Dir) error {
	t, err := d.Create("tickets.csv",
		"ticket_id", "created_at", "resolved_at", "category", "priority", "csat_score", "sla_met")
	if err != nil {
		return err
	}
	desk := newDesk(t)
	for day := range int64(days) {
		if err := desk.open(day, firstDay().AddDate(0, 0, int(day))); err != nil {
			return err
		}
	}
	return nil
}

// desk is the help desk: what is asked there and how it works.
type desk struct {
	table    *synth.Table
	r        *synth.Rand
	next     int64
	topics   []topic
	ordinary synth.Picker   // topic on a usual day
	incident synth.Picker   // topic while something is broken
	priority []synth.Picker // by topic
	hour     synth.Picker
	happy    synth.Picker // score when in time
	unhappy  synth.Picker // score when late
}

// topic is one category of tickets.
type topic struct {
	name string
	// usual and broken are weights on ordinary days and during incidents.
	usual, broken int64
	// effort multiplies the time to resolve, in percent.
	effort     int64
	priorities [4]int64
}

func topics() []topic {
	normal := [4]int64{3, 15, 52, 30}
	return []topic{
		{"How-to", 28, 4, 70, [4]int64{0, 5, 45, 50}},
		{"Login & Access", 20, 38, 60, [4]int64{5, 25, 55, 15}},
		{"Billing", 15, 3, 90, normal},
		{"Bug", 12, 8, 150, [4]int64{4, 22, 54, 20}},
		{"Integration", 9, 6, 130, normal},
		{"Performance", 6, 38, 110, [4]int64{11, 33, 44, 12}},
		{"Data Export", 5, 2, 95, normal},
		{"Feature Request", 4, 1, 210, [4]int64{0, 1, 19, 80}},
		{"Security", 1, 0, 115, [4]int64{16, 36, 38, 10}},
	}
}

func newDesk(t *synth.Table) *desk {
	d := &desk{
		table: t, r: synth.NewRand("support/tickets"), next: firstTicketID, topics: topics(),
		hour: synth.NewPicker(4, 3, 2, 2, 3, 6, 14, 32, 66, 92, 98, 84, 58, 72, 90, 86, 70, 46, 28, 20, 16, 12, 9, 6),
		// Scores 1 to 5.
		happy:   synth.NewPicker(4, 5, 13, 36, 42),
		unhappy: synth.NewPicker(27, 24, 22, 17, 10),
	}
	usual := make([]int64, len(d.topics))
	broken := make([]int64, len(d.topics))
	for i, t := range d.topics {
		usual[i], broken[i] = t.usual, t.broken
		d.priority = append(d.priority, synth.NewPicker(t.priorities[:]...))
	}
	d.ordinary, d.incident = synth.NewPicker(usual...), synth.NewPicker(broken...)
	return d
}

// open writes the tickets created on a day, by time.
func (d *desk) open(day int64, date time.Time) error {
	seconds := make([]int64, d.ticketsOn(day, date))
	for i := range seconds {
		seconds[i] = int64(d.hour.Pick(d.r))*3600 + d.r.Below(3600)
	}
	slices.Sort(seconds)
	for _, s := range seconds {
		if err := d.ticket(date.Add(time.Duration(s) * time.Second)); err != nil {
			return err
		}
	}
	return nil
}

// baseTickets is the size of an ordinary day in January 2024, in thousandths.
const baseTickets = 21_000

// ticketsOn returns how many tickets the day has: growth × month × weekday ×
// event × noise.
func (d *desk) ticketsOn(day int64, date time.Time) int {
	month := [12]int64{1090, 1020, 1030, 1000, 980, 960, 900, 840, 1040, 1060, 1030, 880}
	weekday := [7]int64{350, 1380, 1180, 1120, 1080, 960, 420}
	n := baseTickets * (1000 + 600*day/days) / 1000
	n = synth.Scale(n, month[date.Month()-1])
	n = synth.Scale(n, weekday[date.Weekday()])
	n = synth.Scale(n, event(date))
	n = n * (synth.One + d.r.Normal()*12/100) / synth.One
	return int((n + d.r.Below(1000)) / 1000)
}

func event(date time.Time) int64 {
	year, month, day := date.Date()
	switch {
	case broken(date):
		return 4200
	case year == 2024 && month == time.September && (day == 14 || day == 15):
		return 0 // moved to another system
	case month == time.December && day >= 24 && day <= 26:
		return 300
	case month == time.December && day > 26:
		return 600
	default:
		return 1000
	}
}

// incidents are the days the product did not work.
func incidents() [4]time.Time {
	return [4]time.Time{
		time.Date(2024, time.May, 16, 0, 0, 0, 0, time.UTC),
		time.Date(2025, time.February, 4, 0, 0, 0, 0, time.UTC),
		time.Date(2025, time.October, 21, 0, 0, 0, 0, time.UTC),
		time.Date(2026, time.June, 9, 0, 0, 0, 0, time.UTC),
	}
}

func broken(date time.Time) bool {
	for _, i := range incidents() {
		if date.Equal(i) {
			return true
		}
	}
	return false
}

// ticket writes one row.
func (d *desk) ticket(created time.Time) error {
	midnight := created.Truncate(24 * time.Hour)
	topics := d.ordinary
	if broken(midnight) {
		topics = d.incident
	}
	topic := topics.Pick(d.r)
	priority := d.priority[topic].Pick(d.r)
	took := d.duration(topic, priority, created)
	resolved := created.Add(took)
	open := d.r.Below(1000) < 9 || !resolved.Before(closing())
	if open {
		took = closing().Sub(created)
	}
	late := took > target(priority)

	t := d.table
	t.Int(d.next)
	t.Time(created)
	if open {
		t.Null()
	} else {
		t.Time(resolved)
	}
	t.Text(d.topics[topic].name)
	t.Text([4]string{"P1", "P2", "P3", "P4"}[priority])
	d.score(created, open, late)
	if open && !late {
		t.Null()
	} else {
		t.Bool(!late)
	}
	d.next++
	return t.End()
}

// score writes what the customer answered, if anything.
func (d *desk) score(created time.Time, open, late bool) {
	surveys := time.Date(2024, time.March, 1, 0, 0, 0, 0, time.UTC)
	if open || created.Before(surveys) || !d.r.Chance(410) {
		d.table.Null()
		return
	}
	scores := d.happy
	if late {
		scores = d.unhappy
	}
	d.table.Int(int64(scores.Pick(d.r)) + 1)
}
