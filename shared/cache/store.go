package cache

import (
	"context"
	"time"
)

// Store holds sealed values. Its methods may be called at once.
type Store interface {
	// Get returns a value, or nil when there is none.
	Get(ctx context.Context, id string) ([]byte, error)
	// Put keeps a value for a time.
	Put(ctx context.Context, id string, value []byte, ttl time.Duration) error
	// Drop forgets a value.
	Drop(ctx context.Context, id string) error
}

// State is where the computation of a value stands, among all processes.
type State int

// The states. A value that is refused may not be kept: nobody needs to wait.
const (
	Free State = iota
	Led
	Refused
)

// Elector is a store that many processes share: one of them computes a value.
type Elector interface {
	// Lead takes the lead for at most lease, and reports where things stand if
	// somebody else has it: Led or Refused.
	Lead(ctx context.Context, id, token string, lease time.Duration) (mine bool, now State, err error)
	// Yield ends a lead that token took. Refused is remembered for a moment.
	Yield(ctx context.Context, id, token string, as State) error
}
