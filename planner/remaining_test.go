package planner

import (
	"testing"
	"time"
)

func TestAClockThatCannotBeRightTakesNoTimeFromARun(t *testing.T) {
	for gone, want := range map[time.Duration]time.Duration{
		0: time.Minute, 20 * time.Second: 40 * time.Second, time.Minute: 0,
		time.Minute + 1: time.Minute, -time.Second: time.Minute, 24 * time.Hour: time.Minute,
	} {
		if got := remaining(time.Minute, gone); got != want {
			t.Errorf("%s after it was asked %s are left, want %s", gone, got, want)
		}
	}
}
