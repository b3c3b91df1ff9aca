package history

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Open opens the projection at path, or makes an empty one where there is none. A file that
// cannot be served as it is, of another schema or damaged, is set aside, and what can be read of
// it is served until a [Rebuilder] has made it anew; one that is not of this log is set aside
// alone. It fails when the directory cannot be used or the log not be reached.
func Open(ctx context.Context, path string, log Log, logger *slog.Logger) (*DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "The directory for the run list cannot be made.").
			WithHint("Check that %s is on a writable disk with free space.", filepath.Dir(path))
	}
	n, cutOff, err := newest(path)
	if err != nil {
		return nil, err
	}
	o := opening{path: path, log: log, logger: logger}
	db, err := o.open(ctx, n)
	if err != nil {
		return nil, err
	}
	switch {
	case db.live.salvaged:
		db.wanted = CauseSalvaged
	case cutOff:
		db.wanted = CauseCutOff
	case db.position == 0:
		db.wanted = CauseEmpty
	}
	return db, nil
}

// opening is one call of [Open].
type opening struct {
	path   string
	log    Log
	logger *slog.Logger
}

// open opens the nth file, or one in its place.
func (o opening) open(ctx context.Context, n int) (*DB, error) {
	if n == 0 {
		return o.empty(ctx)
	}
	path := named(o.path, n, filepath.Ext(o.path))
	f, position, err := load(ctx, path)
	if err != nil {
		o.logger.WarnContext(ctx, "run list cannot be served as it is, and is rebuilt from the log", "path", path, "reason", err)
		if f, position, err = o.salvage(ctx, n); err != nil && (!errors.Is(err, errUnreadable) || ctx.Err() != nil) {
			return nil, fault.Wrap(err, fault.Unavailable, "The run list cannot be made anew.").
				WithHint("Check that %s is on a writable disk with free space.", filepath.Dir(o.path))
		}
		if err != nil {
			o.logger.WarnContext(ctx, "nothing of the run list can be read", "path", path, "error", err, "set_aside", asideName(o.path))
			return o.instead(ctx, n)
		}
		n++
	}
	why, err := foreign(ctx, f, position, o.log)
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	if why == "" {
		return newDB(o.path, f, n, position), nil
	}
	o.logger.WarnContext(ctx, "run list is not of this log, and is rebuilt from it", "path", path, "reason", why, "set_aside", asideName(o.path))
	if err := f.close(); err != nil {
		return nil, err
	}
	return o.instead(ctx, n)
}

// instead opens an empty file in the place of the nth.
func (o opening) instead(ctx context.Context, n int) (*DB, error) {
	if err := setAside(o.path, n); err != nil {
		return nil, err
	}
	return o.empty(ctx)
}

// empty makes the first file. It appears whole.
func (o opening) empty(ctx context.Context) (*DB, error) {
	f, err := create(ctx, named(o.path, 1, unfinished))
	if err == nil {
		err = f.close()
	}
	if err == nil {
		err = errors.Join(remove(o.path), finish(o.path, 1)) // what SQLite kept beside an earlier one
	}
	if err != nil {
		return nil, err
	}
	if f, err = connect(o.path); err != nil {
		return nil, err
	}
	return newDB(o.path, f, 1, 0), nil
}

// OpenReadOnly opens an existing projection without changing it, for commands
// that compare it with the log. NOT_FOUND says there is none that can be read.
func OpenReadOnly(ctx context.Context, path string) (*DB, error) {
	have, err := numbers(path, filepath.Ext(path))
	n := 1
	if err == nil && len(have) > 0 {
		n = have[len(have)-1]
	}
	f, position, err := load(ctx, named(path, n, filepath.Ext(path)))
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "There is no run list at %s.", path).
			WithHint("It is made when the gateway runs: start `leo up` once.")
	}
	return newDB(path, f, n, position), nil
}

// foreign says why a file that is at position does not belong to the log; "" when it does.
func foreign(ctx context.Context, f *file, position uint64, log Log) (string, error) {
	last, err := log.LastSeq(ctx)
	if err != nil {
		return "", err
	}
	if position == 0 {
		return "", nil
	}
	if position > last {
		return fmt.Sprintf("it is at event %d and the log ends at %d", position, last), nil
	}
	var hash string
	if err := f.read.QueryRowContext(ctx, "SELECT position_hash FROM meta").Scan(&hash); err != nil {
		return err.Error(), nil //nolint:nilerr // an unreadable file is rebuilt, which is the answer
	}
	e, err := log.Get(ctx, position)
	switch {
	case fault.CodeOf(err) == fault.NotFound || errors.Is(err, event.ErrUnknownSchema):
		return "", nil // the log has let go of it; nothing contradicts the file
	case err != nil:
		return "", err
	case hashOf(e.Raw) != hash:
		return fmt.Sprintf("event %d of the log is a different one", position), nil
	}
	return "", nil
}

func hashOf(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}
