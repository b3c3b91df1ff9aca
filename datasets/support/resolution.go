package support

import (
	"time"

	"github.com/leo-analytics/leo/datasets/synth"
)

// target is the time a ticket may take, by priority (0 is P1).
func target(priority int) time.Duration {
	return [4]time.Duration{4 * time.Hour, 16 * time.Hour, 48 * time.Hour, 120 * time.Hour}[priority]
}

// duration is how long a ticket takes: log-normal around a median that depends
// on priority, topic and how busy the desk is.
func (d *desk) duration(topic, priority int, created time.Time) time.Duration {
	if d.r.Chance(12) {
		return time.Duration(d.r.Between(40, 300)) * time.Second // spam
	}
	minutes := [4]int64{130, 430, 1250, 3000}[priority]
	seconds := minutes * 60 * d.topics[topic].effort / 100
	seconds = synth.Scale(seconds, pace(created))
	seconds = seconds * d.r.LogNormal(synth.One*85/100) / synth.One
	if d.r.Chance(4) {
		seconds *= 20
	}
	took := time.Duration(max(seconds, 60)) * time.Second
	if priority >= 2 {
		took += untilMonday(created)
	}
	return took
}

// pace is how slow the desk is at a time, in permille.
func pace(at time.Time) int64 {
	pace := int64(1000)
	switch {
	case at.Year() == 2025 && at.Month() >= time.July:
		pace = 1240
	case at.Year() > 2026 || at.Year() == 2026 && at.Month() >= time.February:
		pace = 830
	}
	for _, i := range incidents() {
		if since := at.Sub(i); since >= 0 && since < 72*time.Hour {
			pace = pace * 17 / 10
		}
	}
	return pace
}

// untilMonday is the time from a moment on a weekend to Monday 08:00, and zero
// during the week.
func untilMonday(at time.Time) time.Duration {
	wait := map[time.Weekday]int{time.Saturday: 2, time.Sunday: 1}[at.Weekday()]
	if wait == 0 {
		return 0
	}
	midnight := at.Truncate(24 * time.Hour)
	return midnight.AddDate(0, 0, wait).Add(8 * time.Hour).Sub(at)
}
