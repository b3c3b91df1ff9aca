// Package auth decides who is asking.
//
// There are two ways in. In local mode, which only a loopback listener has, a
// request needs no secret: it is made by the person at this machine, and
// [CheckLocal] makes sure that it really is, and not a page of another site that
// the same browser has open. Everywhere else a request carries an API token:
//
//	leo_<43 characters of base64url>      256 random bits
//
// A token is stored as its SHA-256 under its id (the first 16 hexadecimal digits
// of that hash) in the KV bucket "tokens", together with its org, role, name,
// expiry and revocation. Whoever reads the bucket cannot use what is in it.
// [Tokens] creates, lists and revokes them, for the command line and for the
// API; [Keyring] checks them on every request, from a copy in memory that
// follows the bucket, so a revocation is in force everywhere within two seconds.
//
// The org of a request is the org of its [Principal] and comes from nowhere
// else. What a role may do is decided by the route table of package api.
package auth
