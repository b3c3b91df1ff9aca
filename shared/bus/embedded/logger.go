package embedded

import (
	"fmt"
	"log/slog"
	"sync"
)

// logger passes the server's warnings and errors on.
type logger struct {
	log *slog.Logger

	mu    sync.Mutex // guards cause
	cause string     // the first fatal message
}

// fatal returns why the server cannot run, or "". The server expects its logger
// to end the process on a fatal error; here the process decides.
func (l *logger) fatal() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.cause
}

// The methods below implement server.Logger.

// Noticef drops what is only of interest to operators of NATS.
func (l *logger) Noticef(string, ...any) {}

// Debugf drops.
func (l *logger) Debugf(string, ...any) {}

// Tracef drops.
func (l *logger) Tracef(string, ...any) {}

// Warnf logs a warning.
func (l *logger) Warnf(format string, args ...any) {
	l.log.Warn("embedded nats server", "message", fmt.Sprintf(format, args...))
}

// Errorf logs an error.
func (l *logger) Errorf(format string, args ...any) {
	l.log.Error("embedded nats server", "message", fmt.Sprintf(format, args...))
}

// Fatalf logs an error and remembers it.
func (l *logger) Fatalf(format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	l.log.Error("embedded nats server cannot run", "message", message)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cause == "" {
		l.cause = message
	}
}
