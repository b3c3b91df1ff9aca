package fault

import "slices"

// Code names one kind of failure. The list is closed: clients switch on it.
type Code string

// The codes, in the order of the design. Internal is RUNNER_INTERNAL_ERROR: the
// contract has one code for "it is our bug", whichever process it is in.
const (
	Validation       Code = "VALIDATION_ERROR"
	SQLPolicy        Code = "SQL_POLICY_VIOLATION"
	PythonPolicy     Code = "PYTHON_POLICY_VIOLATION"
	PythonExecution  Code = "PYTHON_EXECUTION_ERROR"
	Timeout          Code = "RUNNER_TIMEOUT"
	ResourceExceeded Code = "RUNNER_RESOURCE_EXCEEDED"
	Internal         Code = "RUNNER_INTERNAL_ERROR"
	Query            Code = "QUERY_ERROR"
	NotFound         Code = "NOT_FOUND"
	Unauthenticated  Code = "UNAUTHENTICATED"
	Forbidden        Code = "FORBIDDEN"
	RateLimited      Code = "RATE_LIMITED"
	BudgetExceeded   Code = "BUDGET_EXCEEDED"
	FeatureDisabled  Code = "FEATURE_DISABLED"
	Connection       Code = "CONNECTION_ERROR"
	Model            Code = "MODEL_ERROR"
	Unavailable      Code = "UNAVAILABLE"
	Cancelled        Code = "CANCELLED"
	Conflict         Code = "CONFLICT"
	PayloadTooLarge  Code = "PAYLOAD_TOO_LARGE"
)

// Disposition says what a worker does with the message whose handling failed.
type Disposition string

// The dispositions. A final failure is recorded as an event and the message is
// acknowledged: doing it again would fail again. A retried one goes back with a
// delay and counts against the consumer's delivery limit.
const (
	Final Disposition = "final"
	Retry Disposition = "retry"
)

// rule is one row of the table.
type rule struct {
	code        Code
	status      int
	disposition Disposition
	exit        int
	// rejects marks a failure that means "not allowed or not understood": the
	// run ends as rejected and not as failed.
	rejects bool
}

// table is the one place where a code meets HTTP, the bus and the shell. Exit
// codes are grouped so that scripts can tell "ask differently" (2) from "not
// allowed" (3), "too much" (4), "try later" (5) and "it broke" (1).
func table() []rule {
	return []rule{
		{Validation, 400, Final, 2, true},
		{SQLPolicy, 422, Final, 3, true},
		{PythonPolicy, 422, Final, 3, true},
		{PythonExecution, 422, Final, 2, false},
		{Timeout, 504, Final, 4, false},
		{ResourceExceeded, 507, Final, 4, false},
		{Internal, 500, Retry, 1, false},
		{Query, 422, Final, 2, false},
		{NotFound, 404, Final, 2, true},
		{Unauthenticated, 401, Final, 3, true},
		{Forbidden, 403, Final, 3, true},
		{RateLimited, 429, Final, 5, true},
		{BudgetExceeded, 402, Final, 4, true},
		{FeatureDisabled, 403, Final, 3, true},
		{Connection, 502, Retry, 5, false},
		{Model, 502, Final, 5, false},
		{Unavailable, 503, Retry, 5, false},
		{Cancelled, 499, Final, 6, false},
		{Conflict, 409, Final, 2, true},
		{PayloadTooLarge, 413, Final, 4, true},
	}
}

// Codes returns every code, in the order of the design.
func Codes() []Code {
	rules := table()
	codes := make([]Code, len(rules))
	for i, r := range rules {
		codes[i] = r.code
	}
	return codes
}

// lookup finds a code's row; an unknown code is treated as Internal.
func lookup(code Code) rule {
	rules := table()
	if i := slices.IndexFunc(rules, func(r rule) bool { return r.code == code }); i >= 0 {
		return rules[i]
	}
	return lookup(Internal)
}

// HTTPStatus returns the status of a response that carries this code.
func (c Code) HTTPStatus() int { return lookup(c).status }

// Disposition returns what a worker does with the message that failed so.
func (c Code) Disposition() Disposition { return lookup(c).disposition }

// ExitCode returns the exit status of a command that failed so; never 0.
func (c Code) ExitCode() int { return lookup(c).exit }

// Rejects reports whether a run that met this code before it ran ends as
// rejected (it was refused) and not as failed (it broke).
func (c Code) Rejects() bool { return lookup(c).rejects }

// Known reports whether c is on the list.
func (c Code) Known() bool { return slices.Contains(Codes(), c) }
