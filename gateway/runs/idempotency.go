package runs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/fault"
)

// maxKey bounds an idempotency key, in bytes.
const maxKey = 200

// promise is what an idempotency key stands for. It is stored before the run is
// in the log, so that a retry after a crash in between begins the same run.
type promise struct {
	RunID    string `json:"run_id"`
	ThreadID string `json:"thread_id"`
	// Body is the SHA-256 of the request.
	Body string `json:"body"`
}

// once begins the run that key stands for, or finds it.
func (s *Service) once(ctx context.Context, p auth.Principal, r Request, begun Begun, key string) (Begun, error) {
	if len(key) > maxKey {
		return Begun{}, fault.New(fault.Validation, "The Idempotency-Key has %d bytes; %d are the most.", len(key), maxKey).
			WithHint("Use a UUID.").With("path", "Idempotency-Key")
	}
	body, err := json.Marshal(r)
	if err != nil {
		return Begun{}, fmt.Errorf("hash request: %w", err)
	}
	mine := promise{RunID: begun.RunID, ThreadID: begun.ThreadID, Body: digest(string(body))}
	value, err := json.Marshal(mine)
	if err != nil {
		return Begun{}, fmt.Errorf("encode promise: %w", err)
	}
	at := p.Org + "." + digest(p.Org+"\n"+p.User+"\n"+key)
	_, err = s.keys.Create(ctx, at, value)
	if fault.CodeOf(err) == fault.Conflict {
		return s.again(ctx, p, r, at, mine)
	}
	if err != nil {
		return Begun{}, err
	}
	begun, err = s.begin(ctx, p, r, begun, nil)
	if err != nil && fault.CodeOf(err).Rejects() {
		// Nothing was begun, so the key stands for nothing: after the reason has
		// gone, the same request may be made again.
		return Begun{}, s.forget(ctx, at, err)
	}
	return begun, err
}

func (s *Service) forget(ctx context.Context, at string, cause error) error {
	if err := s.keys.Delete(ctx, at); err != nil {
		return fmt.Errorf("%w (and the idempotency key stays: %w)", cause, err)
	}
	return cause
}

// again answers a key that was used before.
func (s *Service) again(ctx context.Context, p auth.Principal, r Request, at string, mine promise) (Begun, error) {
	e, err := s.keys.Get(ctx, at)
	if err != nil {
		return Begun{}, err
	}
	var first promise
	if err := json.Unmarshal(e.Value, &first); err != nil {
		return Begun{}, fmt.Errorf("decode promise: %w", err)
	}
	if first.Body != mine.Body {
		return Begun{}, fault.New(fault.Conflict, "This Idempotency-Key was used for another request.").
			WithHint("Use a new key for a new request. Keys are remembered for 24 hours.").With("run_id", first.RunID)
	}
	begun := Begun{RunID: first.RunID, ThreadID: first.ThreadID, Replayed: true}
	events, err := s.bus.Events(ctx, p.Org, first.RunID)
	switch {
	case err == nil:
		begun.Seq, begun.Asked = events[0].Seq, events[0].Raw
		return begun, nil
	case fault.CodeOf(err) != fault.NotFound:
		return Begun{}, err
	}
	// The key is there and the run is not: the first attempt died in between, or
	// is under way at this moment. Both append the same run, and one lands.
	return s.begin(ctx, p, r, begun, nil)
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
