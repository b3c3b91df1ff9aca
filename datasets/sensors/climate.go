package sensors

import (
	"time"

	"github.com/leo-analytics/leo/datasets/synth"
)

// location is the climate of a place. Temperatures are in hundredths of °C,
// humidities in tenths of a percent.
type location struct {
	name string
	// temp is the mean of the year; year and day are the amplitudes around it.
	temp, year, day int64
	// noise is the deviation of a single reading.
	noise int64
	// humid is the mean humidity.
	humid int64
	// mishap is how many of 100 000 readings start an excursion.
	mishap int64
	// setback is how much colder it is kept outside working hours.
	setback int64
}

func locations() [6]location {
	return [6]location{
		{name: "Warehouse", temp: 1620, year: 680, day: 190, noise: 45, humid: 560, mishap: 90},
		{name: "Cold Room", temp: 390, year: 25, day: 30, noise: 22, humid: 800, mishap: 260},
		{name: "Office", temp: 2180, year: 130, day: 110, noise: 35, humid: 430, mishap: 60, setback: 260},
		{name: "Server Room", temp: 2240, year: 40, day: 45, noise: 28, humid: 380, mishap: 150},
		{name: "Greenhouse", temp: 2180, year: 560, day: 480, noise: 70, humid: 700, mishap: 210},
		{name: "Loading Dock", temp: 1180, year: 1020, day: 430, noise: 110, humid: 630, mishap: 330},
	}
}

// Indexes into locations.
const (
	warehouse = iota
	coldRoom
	office
	serverRoom
	greenhouse
	loadingDock
)

// expected is the temperature of a place at a time, without chance.
func (l location) expected(at time.Time) int64 {
	// The year turns around late January, the day around three in the morning.
	hour := int64(at.Hour())
	temp := l.temp - synth.Sine(int64(at.YearDay())+67, 365, l.year)
	temp += synth.Sine(hour-9, 24, l.day)
	weekend := at.Weekday() == time.Saturday || at.Weekday() == time.Sunday
	if weekend || hour < 6 || hour >= 19 {
		temp -= l.setback
	}
	return temp
}

// humidity follows the temperature's distance from the mean: about 1.2 % less
// for a degree more. It is a percentage, so it is cut to 8 … 99 %.
func (l location) humidity(r *synth.Rand, temp int64) int64 {
	h := l.humid - (temp-l.temp)*12/100 + r.Normal()*25/synth.One
	return min(max(h, 80), 990)
}
