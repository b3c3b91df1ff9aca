//go:build race

package embedded

import "time"

// Under the race detector files are synced seldom. The server arms a stream's
// timer before it stores it, without the lock that its function takes: harmless,
// but a short interval on a busy machine has the detector report it.
const defaultSyncInterval = 30 * time.Second
