package limit

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// maxKeys bounds the callers remembered at once. Beyond it, callers that used
// nothing lately are forgotten, which gives them nothing: their bucket is full.
const maxKeys = 10_000

// Buckets is one token bucket per key. Safe for concurrent use.
type Buckets struct {
	perSecond rate.Limit
	burst     int
	now       func() time.Time

	mu sync.Mutex
	// byKey is guarded by mu.
	byKey map[string]*rate.Limiter
}

// NewBuckets returns buckets that hold burst tokens and gain perSecond of them
// each second. Both must be positive.
func NewBuckets(perSecond float64, burst int) *Buckets {
	return &Buckets{perSecond: rate.Limit(perSecond), burst: burst, now: time.Now, byKey: map[string]*rate.Limiter{}}
}

// Allow takes one token of key's bucket. When there is none, it takes nothing
// and returns how long it takes until there is one, rounded up to a second.
func (b *Buckets) Allow(key string) (ok bool, retryAfter time.Duration) {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.byKey[key]
	if l == nil {
		b.makeRoom(now)
		l = rate.NewLimiter(b.perSecond, b.burst)
		b.byKey[key] = l
	}
	if l.AllowN(now, 1) {
		return true, 0
	}
	missing := 1 - l.TokensAt(now)
	return false, time.Duration(math.Ceil(missing/float64(b.perSecond))) * time.Second
}

// makeRoom forgets full buckets; when every caller is busy, it forgets all of
// them rather than growing without bound.
func (b *Buckets) makeRoom(now time.Time) {
	if len(b.byKey) < maxKeys {
		return
	}
	for k, l := range b.byKey {
		if l.TokensAt(now) >= float64(b.burst) {
			delete(b.byKey, k)
		}
	}
	if len(b.byKey) >= maxKeys {
		clear(b.byKey)
	}
}
