package sensors

import (
	"fmt"
	"time"

	"github.com/leo-analytics/leo/datasets/synth"
)

// hours is the number of hours from the first to the last, both included.
const hours = 730 * 24

func firstHour() time.Time {
	return time.Date(2024, time.October, 1, 0, 0, 0, 0, time.UTC)
}

// Generate writes sensors.csv into d. The caller commits. It returns the first
// error of d.
func Generate(d *synth.Dir) error {
	t, err := d.Create("sensors.csv", "sensor_id", "timestamp", "location", "temp", "humidity", "anomaly_flag")
	if err != nil {
		return err
	}
	all := install()
	for hour := range int64(hours) {
		at := firstHour().Add(time.Duration(hour) * time.Hour)
		for i := range all {
			if err := all[i].read(t, hour, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// span is a stretch of hours, the end excluded.
type span struct{ from, to int64 }

func (s span) holds(hour int64) bool { return hour >= s.from && hour < s.to }

// between is the span of two times, counted in hours of the data.
func between(from, to time.Time) span {
	return span{int64(from.Sub(firstHour()) / time.Hour), int64(to.Sub(firstHour()) / time.Hour)}
}

// sensor is one device and its state from reading to reading.
type sensor struct {
	id     string
	place  location
	minute time.Duration
	bias   int64
	// resets says that a faulty start reads 85.00.
	resets bool

	silent []span // no reading at all
	dry    span   // no humidity
	stuck  span   // temperature repeats

	r         *synth.Rand
	drift     int64
	excursion int64 // what is left of one, in hundredths of °C
	left      int64 // its readings
	last      int64
}

func install() []sensor {
	places := locations()
	at := [16]int{
		warehouse, warehouse, warehouse, warehouse, warehouse, coldRoom, coldRoom, coldRoom,
		office, office, office, serverRoom, serverRoom, greenhouse, greenhouse, loadingDock,
	}
	sensors := make([]sensor, len(at))
	for i, place := range at {
		id := fmt.Sprintf("S%02d", i+1)
		r := synth.NewRand("sensors/" + id)
		sensors[i] = sensor{
			id: id, place: places[place], r: r,
			minute: time.Duration(r.Below(60)) * time.Minute,
			bias:   r.Normal() * 35 / synth.One,
			resets: place == warehouse || place == loadingDock,
			silent: outages(r),
		}
	}
	mishaps(sensors)
	return sensors
}

// outages are the times when a sensor is not heard: the one all share, and a few
// of its own.
func outages(r *synth.Rand) []span {
	network := between(
		time.Date(2025, time.August, 14, 6, 0, 0, 0, time.UTC),
		time.Date(2025, time.August, 16, 14, 0, 0, 0, time.UTC),
	)
	spans := []span{network}
	for range r.Between(3, 6) {
		from := r.Below(hours)
		spans = append(spans, span{from, from + r.Between(6, 120)})
	}
	return spans
}

// mishaps are what happened to single devices, as the package comment lists.
func mishaps(sensors []sensor) {
	date := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	late, early, stuck, dry := &sensors[12], &sensors[4], &sensors[7], &sensors[10]
	late.silent = append(late.silent, between(firstHour(), date(2025, time.March, 10)))
	early.silent = append(early.silent, between(date(2026, time.May, 18), date(2026, time.October, 1)))
	stuck.stuck = between(date(2026, time.April, 11), date(2026, time.April, 13))
	dry.dry = between(date(2025, time.December, 1), date(2026, time.February, 1))
}

// read writes the reading of an hour, if there is one. Chance is drawn also for
// silent hours: an outage hides readings and changes none.
func (s *sensor) read(t *synth.Table, hour int64, at time.Time) error {
	temp, odd := s.temperature(at)
	humidity := s.place.humidity(s.r, temp)
	lost, noTemp, noHumidity := s.r.Chance(6), s.r.Chance(5), s.r.Chance(10)
	if s.stuck.holds(hour) {
		temp, odd = s.last, false
	}
	s.last = temp
	if s.resets && s.r.Below(9000) == 0 {
		temp, odd, noTemp = 8500, true, false
	}
	if lost || s.isSilent(hour) {
		return nil
	}
	t.Text(s.id)
	t.Time(at.Add(s.minute))
	t.Text(s.place.name)
	if noTemp {
		t.Null()
	} else {
		t.Fixed(temp, 2)
	}
	if noHumidity || s.dry.holds(hour) {
		t.Null()
	} else {
		t.Fixed(humidity, 1)
	}
	t.Bool(odd)
	return t.End()
}

func (s *sensor) isSilent(hour int64) bool {
	for _, span := range s.silent {
		if span.holds(hour) {
			return true
		}
	}
	return false
}

// temperature is the next temperature, and whether the device flags it.
func (s *sensor) temperature(at time.Time) (temp int64, odd bool) {
	s.drift = (s.drift*92 + s.r.Normal()*s.place.noise*100/synth.One) / 100
	temp = s.place.expected(at) + s.bias + s.drift
	s.disturb()
	if s.left == 0 {
		return temp, s.r.Below(5000) == 0
	}
	s.left--
	temp += s.excursion
	s.excursion = s.excursion * 85 / 100
	return temp, s.r.Chance(970)
}

// disturb may start an excursion: usually warmer, sometimes colder.
func (s *sensor) disturb() {
	if s.r.Below(100_000) >= s.place.mishap || s.left > 0 {
		return
	}
	s.left = s.r.Between(1, 6)
	s.excursion = s.r.Between(700, 1900)
	if s.r.Chance(180) {
		s.excursion = -s.excursion
	}
}
