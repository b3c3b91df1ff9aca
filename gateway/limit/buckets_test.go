package limit

import (
	"fmt"
	"testing"
	"time"
)

func TestABucketAllowsItsBurstThenItsRate(t *testing.T) {
	now := time.Unix(0, 0)
	b := NewBuckets(2, 3)
	b.now = func() time.Time { return now }
	allowed := func(key string) int {
		n := 0
		for range 10 {
			if ok, _ := b.Allow(key); ok {
				n++
			}
		}
		return n
	}
	if n := allowed("a"); n != 3 {
		t.Errorf("burst of %d", n)
	}
	if ok, wait := b.Allow("a"); ok || wait != time.Second {
		t.Errorf("allowed %t, wait %v", ok, wait)
	}
	if n := allowed("b"); n != 3 {
		t.Errorf("another caller gets %d", n)
	}
	now = now.Add(time.Second)
	if n := allowed("a"); n != 2 {
		t.Errorf("after a second %d", n)
	}
}

func TestCallersAreForgottenBeforeTheyFillTheMemory(t *testing.T) {
	now := time.Unix(0, 0)
	b := NewBuckets(1, 1)
	b.now = func() time.Time { return now }
	for i := range 3 * maxKeys {
		b.Allow(fmt.Sprint(i))
		if i%1000 == 0 {
			now = now.Add(time.Millisecond)
		}
	}
	if len(b.byKey) > maxKeys {
		t.Errorf("%d callers remembered", len(b.byKey))
	}
	now = now.Add(time.Minute)
	b.Allow("slow")
	if ok, _ := b.Allow("slow"); ok {
		t.Error("a busy caller was forgotten")
	}
}
