//go:build !race

package embedded

import "time"

const defaultSyncInterval = 200 * time.Millisecond
