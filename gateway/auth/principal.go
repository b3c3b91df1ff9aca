package auth

import (
	"slices"

	"github.com/leo-analytics/leo/shared/fault"
)

// LocalOrg and LocalUser name the principal of local mode.
const (
	LocalOrg  = "local"
	LocalUser = "local"
)

// Role says what a principal may do.
type Role string

// The roles, each including what the one before may do.
const (
	// Viewer reads: datasets, runs, results.
	Viewer Role = "viewer"
	// Analyst asks, uploads, and cancels what they asked themselves.
	Analyst Role = "analyst"
	// Verifier vouches for answers, which others then get.
	Verifier Role = "verifier"
	// Admin does everything in their org.
	Admin Role = "admin"
)

// Roles returns every role, from the least to the most allowed.
func Roles() []Role { return []Role{Viewer, Analyst, Verifier, Admin} }

// ParseRole returns the role of that name, or VALIDATION_ERROR.
func ParseRole(name string) (Role, error) {
	if r := Role(name); slices.Contains(Roles(), r) {
		return r, nil
	}
	return "", fault.New(fault.Validation, "There is no role %q.", name).
		WithHint("The roles are viewer, analyst, verifier and admin.").With("path", "/role")
}

// Includes reports whether r may do what other may do. An unknown role may do
// nothing and is included in none.
func (r Role) Includes(other Role) bool {
	mine, theirs := slices.Index(Roles(), r), slices.Index(Roles(), other)
	return mine >= 0 && theirs >= 0 && mine >= theirs
}

// Principal is who makes a request.
type Principal struct {
	Org  string `json:"org"`
	User string `json:"user"`
	Role Role   `json:"role"`
	// TokenID is empty in local mode.
	TokenID string `json:"token_id,omitempty"`
}

// Local returns the principal of local mode.
func Local() Principal { return Principal{Org: LocalOrg, User: LocalUser, Role: Admin} }

// Key identifies the principal across requests, for limits.
func (p Principal) Key() string { return p.Org + "/" + p.User + "/" + p.TokenID }
