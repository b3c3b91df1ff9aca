package history

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/leo-analytics/leo/shared/run"
)

// Recorded is what was kept of a run's capsule when its last event came in.
type Recorded struct {
	// Digest is [run.Capsule.Digest]'s, and Head the chain's; both are empty while
	// the run is open.
	Digest, Head string
	// Seq is the run's newest event.
	Seq uint64

	links []byte
}

// Recorded returns what is kept of a run; false says that the run list does not
// have it.
func (db *DB) Recorded(ctx context.Context, org, runID string) (Recorded, bool, error) {
	var r Recorded
	in, done := db.use()
	defer done()
	row := in.read.QueryRowContext(ctx, "SELECT digest, head, links, seq FROM runs WHERE org = ? AND run_id = ?", org, runID)
	err := row.Scan(&r.Digest, &r.Head, &r.links, &r.Seq)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	if err != nil {
		return r, false, fmt.Errorf("read what is recorded of run %s: %w", runID, err)
	}
	return r, true, nil
}

// Parts returns the number, from 1 on, of the first event at which a capsule's
// chain is not the recorded one: it is another, is missing, or was added. 0 says
// that they agree as far as can be told from the first bytes of each hash.
func (r Recorded) Parts(c *run.Capsule) int {
	n := len(r.links) / linkBytes
	for i, l := range c.Chain.Events {
		hash, err := hex.DecodeString(l.Hash)
		if i >= n || err != nil || !bytes.Equal(hash[:linkBytes], r.links[i*linkBytes:(i+1)*linkBytes]) {
			return i + 1
		}
	}
	if n > len(c.Chain.Events) {
		return len(c.Chain.Events) + 1
	}
	return 0
}
