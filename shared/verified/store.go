package verified

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/fault"
)

// Store keeps verified answers on the bus. Safe for concurrent use.
type Store struct{ kv *bus.KV }

// NewStore returns the store kept on the bus, whose buckets must exist.
func NewStore(b *bus.Bus) *Store { return &Store{kv: b.KV(bus.BucketVerified)} }

// Get returns an org's answer and the revision it has; NOT_FOUND if there is
// none of that id.
func (s *Store) Get(ctx context.Context, org, id string) (*Answer, uint64, error) {
	unknown := fault.New(fault.NotFound, "There is no verified answer %q.", id).
		WithHint("GET /api/v1/verified lists those there are.")
	if !ValidID(id) {
		return nil, 0, unknown
	}
	e, err := s.kv.Get(ctx, key(org, id))
	if fault.CodeOf(err) == fault.NotFound {
		return nil, 0, unknown
	}
	if err != nil {
		return nil, 0, err
	}
	a, err := Decode(e)
	return a, e.Revision, err
}

// Put stores an answer: a new one at revision 0, else in place of the one with
// that revision. CONFLICT says that somebody else was faster.
func (s *Store) Put(ctx context.Context, a *Answer, revision uint64) error {
	value, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encode verified answer: %w", err)
	}
	if revision == 0 {
		_, err = s.kv.Create(ctx, key(a.Org, a.ID), value)
	} else {
		_, err = s.kv.Update(ctx, key(a.Org, a.ID), value, revision)
	}
	return err
}

// List returns an org's answers, newest first.
func (s *Store) List(ctx context.Context, org string) ([]*Answer, error) {
	entries, err := s.kv.List(ctx, org+".")
	if err != nil {
		return nil, err
	}
	out := make([]*Answer, 0, len(entries))
	for _, e := range entries {
		a, err := Decode(e)
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b *Answer) int {
		if c := b.VerifiedAt.Compare(a.VerifiedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out, nil
}

// Delete removes an answer. Removing what is not there is not an error.
func (s *Store) Delete(ctx context.Context, org, id string) error {
	return s.kv.Delete(ctx, key(org, id))
}

// Watch calls set for every answer there is, then ready once, then set for every
// change and remove for every answer that was removed, until ctx ends. Calls come
// one at a time.
func (s *Store) Watch(ctx context.Context, ready func(), set func(*Answer), remove func(org, id string)) error {
	return s.kv.Watch(ctx, "", ready, func(e bus.Entry, deleted bool) {
		org, id, _ := strings.Cut(e.Key, ".")
		if a, err := Decode(e); err == nil && !deleted {
			set(a)
			return
		}
		// What cannot be read must not be reused either.
		remove(org, id)
	})
}

// Decode reads a stored answer.
func Decode(e bus.Entry) (*Answer, error) {
	var a Answer
	if err := json.Unmarshal(e.Value, &a); err != nil {
		return nil, fmt.Errorf("decode verified answer %s: %w", e.Key, err)
	}
	return &a, nil
}

// ValidID reports whether s can be the id of a verified answer.
func ValidID(s string) bool { return idPattern.MatchString(s) }

var idPattern = regexp.MustCompile(`^[0-9a-f]{32}$`)

func key(org, id string) string { return org + "." + id }
