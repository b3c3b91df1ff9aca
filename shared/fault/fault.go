package fault

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Fault is a failure a user can see.
//
// The zero value is not useful: build one with [New] or [Wrap]. A Fault is
// immutable after it was returned; With… methods return copies, so one may be
// shared between goroutines.
type Fault struct {
	// Code is one of the closed list in table.go.
	Code Code `json:"code"`
	// Message is one sentence in plain English: what happened.
	Message string `json:"message"`
	// Hint is one sentence that says what to do about it. It may be empty only
	// where nothing can be done.
	Hint string `json:"hint,omitempty"`
	// Details are for programs: a plan path, a position, a limit. Values must
	// be encodable as JSON and must not contain secrets.
	Details map[string]any `json:"details,omitempty"`

	cause error
}

// New returns a fault with a formatted message and no hint.
func New(code Code, format string, args ...any) *Fault {
	return &Fault{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap is [New] with a cause that goes to the log and never to the user.
func Wrap(cause error, code Code, format string, args ...any) *Fault {
	f := New(code, format, args...)
	f.cause = cause
	return f
}

// Error returns the code and the message, without the cause.
func (f *Fault) Error() string { return string(f.Code) + ": " + f.Message }

// Unwrap returns the cause, which may be nil.
func (f *Fault) Unwrap() error { return f.cause }

// Is reports whether target is a fault of the same code, so that
// errors.Is(err, &Fault{Code: c}) asks for a code.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Message == "" && t.Code == f.Code
}

// WithHint returns a copy that says what to do.
func (f *Fault) WithHint(format string, args ...any) *Fault {
	c := *f
	c.Hint = fmt.Sprintf(format, args...)
	return &c
}

// With returns a copy with one more detail.
func (f *Fault) With(key string, value any) *Fault {
	c := *f
	c.Details = make(map[string]any, len(f.Details)+1)
	for k, v := range f.Details {
		c.Details[k] = v
	}
	c.Details[key] = value
	return &c
}

// CodeOf returns the code of the first fault in err's chain. An error without
// one is [Internal]; nil is "".
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var f *Fault
	if errors.As(err, &f) {
		return f.Code
	}
	return Internal
}

// From returns the first fault in err's chain, or wraps err as [Internal]. The
// caller logs the cause: the returned fault does not show it. From(nil) is nil.
func From(err error) *Fault {
	if err == nil {
		return nil
	}
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return Wrap(err, Internal, "Something went wrong inside Leo.").
		WithHint("Try again. If it happens again, an administrator finds the cause in Leo's log.")
}

// Decode reads a fault from the JSON that encoding/json made of one. Unknown
// codes are kept as they are: a newer peer may know more of them.
func Decode(data []byte) (*Fault, error) {
	var f Fault
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("decode fault: %w", err)
	}
	if f.Code == "" {
		return nil, errors.New("decode fault: no code")
	}
	return &f, nil
}
