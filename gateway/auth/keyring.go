package auth

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/fault"
)

// recheckAfter bounds how old a record in memory may be before it is read again,
// should the watch have died without anybody noticing.
const recheckAfter = 15 * time.Second

// rewatchAfter is the pause before a broken watch is opened again.
const rewatchAfter = time.Second

// Keyring checks tokens. It is safe for concurrent use; [Keyring.Run] must be
// running.
type Keyring struct {
	tokens *Tokens
	log    *slog.Logger

	mu sync.RWMutex
	// known holds records by token id; guarded by mu.
	known map[string]known
}

// known is a record and when it was last seen in the bucket.
type known struct {
	record
	seen time.Time
}

// NewKeyring returns a keyring over tokens.
func NewKeyring(tokens *Tokens, log *slog.Logger) *Keyring {
	return &Keyring{tokens: tokens, log: log, known: map[string]known{}}
}

// Run follows the bucket until ctx ends.
func (k *Keyring) Run(ctx context.Context) error {
	pause := time.NewTicker(rewatchAfter)
	defer pause.Stop()
	for {
		if err := k.tokens.kv.Watch(ctx, "", nil, k.apply); ctx.Err() == nil {
			k.log.WarnContext(ctx, "token watch ended, opening it again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
	}
}

func (k *Keyring) apply(e bus.Entry, deleted bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if deleted {
		delete(k.known, e.Key)
		return
	}
	rec, err := decode(e)
	if err != nil {
		// A record nobody can read opens nothing.
		k.log.Error("unreadable token record", "id", e.Key, "error", err)
		delete(k.known, e.Key)
		return
	}
	k.known[e.Key] = known{record: rec, seen: time.Now()}
}

// Verify returns the principal of a secret. Whatever is wrong with it, the
// fault is the same UNAUTHENTICATED; UNAVAILABLE means it could not be checked.
// With UNAUTHENTICATED comes whose token it was, if it ever was one, for the
// record and for nothing else.
func (k *Keyring) Verify(ctx context.Context, secret string) (Principal, error) {
	refused := fault.New(fault.Unauthenticated, "The API token is not valid.").
		WithHint("Use a token that `leo token create` printed and that was neither revoked nor has expired.")
	if !wellFormed(secret) {
		return Principal{}, refused
	}
	hash := hashOf(secret)
	rec, err := k.find(ctx, hash[:idLength])
	if fault.CodeOf(err) == fault.NotFound {
		return Principal{}, refused
	}
	if err != nil {
		return Principal{}, err
	}
	if !rec.matches(hash) {
		return Principal{}, refused
	}
	if !rec.Usable(time.Now()) {
		return rec.Principal(), refused
	}
	return rec.Principal(), nil
}

// StillValid reports whether a principal that was verified before would be
// again, from memory alone. Long streams ask it before each write.
func (k *Keyring) StillValid(p Principal) bool {
	if p.TokenID == "" {
		return true
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	rec, ok := k.known[p.TokenID]
	return ok && rec.Usable(time.Now())
}

// find returns a record from memory while it is fresh, else from the bucket.
func (k *Keyring) find(ctx context.Context, id string) (record, error) {
	k.mu.RLock()
	got, ok := k.known[id]
	k.mu.RUnlock()
	if ok && time.Since(got.seen) < recheckAfter {
		return got.record, nil
	}
	rec, err := k.tokens.get(ctx, id)
	k.mu.Lock()
	defer k.mu.Unlock()
	if fault.CodeOf(err) == fault.NotFound {
		delete(k.known, id)
	}
	if err != nil {
		return record{}, err
	}
	// The watch may have been faster: a revocation is never overwritten.
	if now := k.known[id]; now.RevokedAt.IsZero() {
		k.known[id] = known{record: rec, seen: time.Now()}
		return rec, nil
	}
	return k.known[id].record, nil
}
