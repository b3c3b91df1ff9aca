package bus

import (
	"errors"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/fault"
)

// Error codes of the JetStream API that nats.go does not name.
const (
	codeNoPeers               jetstream.ErrorCode = 10005
	codeInsufficientResources jetstream.ErrorCode = 10023
	codeMemoryExceeded        jetstream.ErrorCode = 10028
	codeStorageExceeded       jetstream.ErrorCode = 10047
	codeStoreFailed           jetstream.ErrorCode = 10077
)

// apiError returns the JetStream API's own answer inside err, if there is one.
// Anything else (a timeout, no responders, a lost connection) leaves open what
// happened to a request.
func apiError(err error) (*jetstream.APIError, bool) {
	var answer *jetstream.APIError
	ok := errors.As(err, &answer)
	return answer, ok
}

// isConflict reports whether a write was refused because of its expected
// sequence. A single server says 10071; a replicated stream may also say 10164,
// which means that another write is in flight and its outcome unknown.
func isConflict(err error) bool {
	answer, ok := apiError(err)
	return ok && (answer.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence ||
		answer.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

// isPerSubject reports whether a write was refused because its subject has its
// one message already.
func isPerSubject(err error) bool {
	answer, ok := apiError(err)
	return ok && answer.ErrorCode == codeStoreFailed && strings.Contains(answer.Description, "per subject")
}

// isForming reports whether a cluster has too few servers for what it was asked, which
// may be because its servers do not know of each other yet.
func isForming(err error) bool {
	answer, ok := apiError(err)
	return ok && answer.ErrorCode == codeNoPeers
}

// isFull reports whether a write was refused for want of room.
func isFull(err error) bool {
	answer, ok := apiError(err)
	if !ok {
		return false
	}
	switch answer.ErrorCode {
	case codeInsufficientResources, codeMemoryExceeded, codeStorageExceeded:
		return true
	case codeStoreFailed:
		return !isPerSubject(err)
	}
	return false
}

// isTooLarge reports whether a message is over the stream's or the server's
// limit.
func isTooLarge(err error) bool {
	answer, ok := apiError(err)
	return ok && answer.ErrorCode == jetstream.JSErrCodeStreamMessageExceedsMaximum ||
		errors.Is(err, nats.ErrMaxPayload) || errors.Is(err, jetstream.ErrMaxBytesExceeded)
}

// translate makes a fault of an error of the NATS client. what names the thing
// that was used, such as "event log". A fault passes through; nil is nil.
func translate(err error, what string) error {
	var f *fault.Fault
	switch {
	case err == nil:
		return nil
	case errors.As(err, &f):
		return err
	case isFull(err):
		return fault.Wrap(err, fault.Unavailable, "The %s is full.", what).
			WithHint("Nothing was lost. Ask an administrator to free disk space or to raise the size limit of the %s.", what)
	case isTooLarge(err):
		return fault.Wrap(err, fault.PayloadTooLarge, "This is too large for the %s.", what).
			WithHint("Ask for less at once.")
	case isMissing(err):
		return fault.Wrap(err, fault.NotFound, "The %s does not have this.", what)
	}
	return fault.Wrap(err, fault.Unavailable, "The %s cannot be reached.", what).
		WithHint("Try again in a moment. If it lasts, an administrator checks that NATS is running.")
}

// isMissing reports whether what was read is not there, though its stream is.
func isMissing(err error) bool {
	return errors.Is(err, jetstream.ErrMsgNotFound) || errors.Is(err, jetstream.ErrKeyNotFound) ||
		errors.Is(err, jetstream.ErrKeyDeleted) || errors.Is(err, jetstream.ErrObjectNotFound) ||
		errors.Is(err, errNoMessage)
}
