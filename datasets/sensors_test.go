package datasets_test

import (
	"math"
	"testing"
	"time"

	"github.com/leo-analytics/leo/datasets/datasetstest"
)

// building is the dataset in memory.
type building struct{ readings table }

func TestClimateSensors(t *testing.T) {
	d := building{readTable(t, datasetstest.CSVs(t, "sensors"), "sensors.csv")}
	t.Run("Readings follow the year and the day", d.seasons)
	t.Run("Readings have gaps", d.gaps)
	t.Run("Readings have the flaws of a real file", d.flaws)
	t.Run("Anomalies are excursions", d.anomalies)
}

func (d building) seasons(t *testing.T) {
	month, hour := map[time.Month]*mean{}, map[int]*mean{}
	for h := range 24 {
		hour[h] = &mean{}
	}
	for m := time.January; m <= time.December; m++ {
		month[m] = &mean{}
	}
	temp, location := d.readings.column(t, "temp"), d.readings.column(t, "location")
	for i, s := range d.readings.column(t, "timestamp") {
		if temp[i] == "" || location[i] != "Loading Dock" {
			continue
		}
		at := instant(t, s)
		month[at.Month()].add(number(t, temp[i]))
		hour[at.Hour()].add(number(t, temp[i]))
	}
	within(t, "July minus January in °C", month[time.July].value()-month[time.January].value(), 15, 25)
	within(t, "15:00 minus 03:00 in °C", hour[15].value()-hour[3].value(), 6, 11)
}

func (d building) gaps(t *testing.T) {
	days := map[string]int{}
	seen := map[[2]string]bool{}
	first, last := map[string]string{}, map[string]string{}
	hour := ""
	id := d.readings.column(t, "sensor_id")
	for i, at := range d.readings.column(t, "timestamp") {
		if at[:13] < hour {
			t.Fatal("readings are not sorted by hour")
		}
		hour = at[:13]
		if key := [2]string{id[i], at}; seen[key] {
			t.Fatalf("%s reads twice at %s", id[i], at)
		} else {
			seen[key] = true
		}
		days[at[:10]]++
		if first[id[i]] == "" {
			first[id[i]] = at
		}
		last[id[i]] = at
	}
	if days["2025-08-15"] != 0 || len(days) != 729 {
		t.Errorf("%d days have readings, %d of them on 2025-08-15", len(days), days["2025-08-15"])
	}
	if len(first) != 16 || first["S13"][:10] != "2025-03-10" || last["S05"][:10] != "2026-05-17" {
		t.Errorf("%d sensors, S13 from %s, S05 until %s", len(first), first["S13"], last["S05"])
	}
	within(t, "readings by hours × sensors", float64(len(d.readings.rows))/(730*24*16), 0.9, 0.99)
}

func (d building) flaws(t *testing.T) {
	within(t, "missing temperatures", d.readings.nullShare(t, "temp"), 0.003, 0.007)
	within(t, "missing humidities", d.readings.nullShare(t, "humidity"), 0.01, 0.03)
	for _, column := range []string{"sensor_id", "timestamp", "location", "anomaly_flag"} {
		within(t, "NULLs in "+column, d.readings.nullShare(t, column), 0, 0)
	}
	temp, humidity := d.readings.column(t, "temp"), d.readings.column(t, "humidity")
	resets := 0
	for i, v := range temp {
		if v == "85.00" {
			resets++
		}
		if humidity[i] != "" {
			within(t, "humidity", number(t, humidity[i]), 8, 99)
		}
	}
	if resets < 5 {
		t.Errorf("%d faulty starts", resets)
	}
}

// In the cold room, which has no season, the distance from the mean must tell an
// anomaly from an ordinary reading.
func (d building) anomalies(t *testing.T) {
	var ordinary, odd, flagged mean
	temp, location := d.readings.column(t, "temp"), d.readings.column(t, "location")
	for i, flag := range d.readings.column(t, "anomaly_flag") {
		flagged.add(map[string]float64{"true": 1, "false": 0}[flag])
		if temp[i] == "" || location[i] != "Cold Room" {
			continue
		}
		distance := math.Abs(number(t, temp[i]) - 4)
		if flag == "true" {
			odd.add(distance)
		} else {
			ordinary.add(distance)
		}
	}
	within(t, "flagged readings", flagged.value(), 0.003, 0.01)
	if odd.value() < 8*ordinary.value() {
		t.Errorf("anomalies are %.2f °C off, others %.2f", odd.value(), ordinary.value())
	}
}
