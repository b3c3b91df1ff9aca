package gateway

import (
	"context"
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// A process that was killed in the moment it started another leaves its sockets to
// that one until it has begun: whoever comes back at once looks again, this often
// and for this long.
const (
	lookAgain = 50 * time.Millisecond
	lookFor   = 2 * time.Second
)

// Listen listens on a TCP address. CONFLICT says that another program does, for
// longer than one that has just ended would; VALIDATION_ERROR that nobody could.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	for until := time.Now().Add(lookFor); ; {
		ln, err := lc.Listen(ctx, "tcp", address)
		taken := errors.Is(err, syscall.EADDRINUSE)
		switch {
		case err == nil:
			return ln, nil
		case taken && ctx.Err() == nil && time.Now().Before(until):
			pause(ctx, lookAgain)
		case taken:
			return nil, fault.Wrap(err, fault.Conflict, "The address %s is in use by another program.", address).
				WithHint("Stop what uses the port, or choose another with --listen HOST:PORT.")
		default:
			return nil, fault.Wrap(err, fault.Validation, "Leo cannot listen on %s: %v.", address, err).
				WithHint("Choose another address with --listen HOST:PORT.")
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
