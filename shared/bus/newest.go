package bus

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// leaderTimeout is how long a leader may take to answer. While a new one is elected
// there is none.
const leaderTimeout = time.Second

// newest reads the newest message of a subject, as the stream's leader has it: what was
// acknowledged to anybody is there. Of one server that is what a direct get says, too, but
// replicas may be behind a write that another of them has acknowledged. Only while there is no
// leader a replica is asked after all. It fails with errNoMessage if there is none.
func (b *Bus) newest(ctx context.Context, stream, subject string) (record, error) {
	if b.cfg.Replicas > 1 {
		r, err := b.fromLeader(ctx, stream, subject)
		if err == nil || errors.Is(err, errNoMessage) || ctx.Err() != nil {
			return r, err
		}
		b.log.DebugContext(ctx, "the leader does not answer: a replica is asked", "stream", stream, "error", err)
	}
	return b.getOne(ctx, stream, directGet{LastBy: subject})
}

// fromLeader makes the request that only a leader answers. nats.go makes it, too, but for
// streams without direct gets only.
func (b *Bus) fromLeader(ctx context.Context, stream, subject string) (record, error) {
	request, err := json.Marshal(directGet{LastBy: subject})
	if err != nil {
		return record{}, fmt.Errorf("encode get: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, leaderTimeout)
	defer cancel()
	m, err := b.nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+stream, request)
	if err != nil {
		return record{}, fmt.Errorf("get from %s: %w", stream, err)
	}
	var answer struct {
		Error   *jetstream.APIError `json:"error"`
		Message *struct {
			Subject string    `json:"subject"`
			Seq     uint64    `json:"seq"`
			Header  []byte    `json:"hdrs"`
			Data    []byte    `json:"data"`
			Time    time.Time `json:"time"`
		} `json:"message"`
	}
	if err := json.Unmarshal(m.Data, &answer); err != nil {
		return record{}, fmt.Errorf("get from %s: %w", stream, err)
	}
	switch {
	case answer.Error != nil && answer.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return record{}, errNoMessage
	case answer.Error != nil:
		return record{}, fmt.Errorf("get from %s: %w", stream, answer.Error)
	case answer.Message == nil:
		return record{}, fmt.Errorf("get from %s: an answer without a message", stream)
	}
	r := record{subject: answer.Message.Subject, seq: answer.Message.Seq, time: answer.Message.Time, data: answer.Message.Data}
	if len(answer.Message.Header) > 0 {
		if r.header, err = nats.DecodeHeadersMsg(answer.Message.Header); err != nil {
			return record{}, fmt.Errorf("get from %s: %w", stream, err)
		}
	}
	return r, nil
}
