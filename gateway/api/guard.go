package api

import (
	"net"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/fault"
)

// cookieName is the session cookie of the web app: it carries the token itself,
// out of reach of scripts, so that revoking the token ends the session.
const cookieName = "leo_session"

// guard lets a request through or says why not: Host and Origin first, then who
// it is, what they may do, and how often.
func (c *call) guard() error {
	if c.s.cfg.Local {
		if err := auth.CheckHost(c.Get(fiber.HeaderHost)); err != nil {
			return err
		}
	}
	secret, explicit := c.credentials()
	// A browser adds a cookie, and in local mode nothing at all, to a request some
	// other page made; it never adds an Authorization header.
	if !explicit && (c.s.cfg.Local || secret != "") && strings.HasPrefix(c.Path(), "/api/") {
		if err := auth.CheckOrigin(c.Get(fiber.HeaderHost), c.Get(fiber.HeaderOrigin), c.Get("Sec-Fetch-Site")); err != nil {
			return err
		}
	}
	if c.route.Access == Public {
		return nil
	}
	if err := c.identify(secret, explicit); err != nil {
		return err
	}
	if !c.who.Role.Includes(auth.Role(c.route.Access)) {
		return fault.New(fault.Forbidden, "The role %s may not do this.", c.who.Role).
			WithHint("It takes the role %s. Ask an admin of your org.", c.route.Access).With("needs", string(c.route.Access))
	}
	if ok, wait := c.s.callers.Allow(c.who.Key()); !ok {
		return fault.New(fault.RateLimited, "Too many requests.").
			WithHint("Wait a moment and slow down.").With("retry_after_s", int(wait.Seconds()))
	}
	return nil
}

// credentials returns the secret of the request, and whether the caller put it
// there in so many words.
func (c *call) credentials() (secret string, explicit bool) {
	header := c.Get(fiber.HeaderAuthorization)
	if scheme, rest, ok := strings.Cut(header, " "); ok && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(rest), true
	}
	if header != "" {
		return "", true // some other scheme: not ours, and not the browser's doing
	}
	return c.Cookies(cookieName), false
}

// identify finds out who it is. In local mode a request without a token is the
// local admin's; a token in it counts all the same.
func (c *call) identify(secret string, explicit bool) error {
	if c.s.cfg.Local && !explicit {
		c.who = auth.Local()
		return nil
	}
	if secret == "" {
		return fault.New(fault.Unauthenticated, "This needs an API token.").
			WithHint("Send it as \"Authorization: Bearer leo_…\". `leo token create` makes one.")
	}
	who, err := c.s.deps.Keyring.Verify(c.ctx, secret)
	if fault.CodeOf(err) == fault.Unauthenticated {
		if slow := c.refused(); slow != nil {
			return slow
		}
		c.recordRefusal(who)
	}
	if err != nil {
		return err
	}
	c.who = who
	return nil
}

// recordRefusal puts on record that a token was shown that is not valid any more:
// once in a minute, however often it comes.
func (c *call) recordRefusal(whose auth.Principal) {
	if whose.TokenID == "" {
		return // no token of any org: there is nobody to tell
	}
	if ok, _ := c.s.refusals.Allow(whose.TokenID); !ok {
		return
	}
	if err := c.s.deps.Acts.Record(c.ctx, whose, audit.ActRefused, whose.TokenID, "", nil); err != nil {
		c.s.deps.Log.ErrorContext(c.ctx, "a refused token is not on record", "org", whose.Org, "token_id", whose.TokenID, "error", err)
	}
}

// refused counts a bad token against the address it came from.
func (c *call) refused() error {
	address := "unknown"
	if host, _, err := net.SplitHostPort(c.Context().RemoteAddr().String()); err == nil {
		address = host
	}
	if ok, wait := c.s.failures.Allow(address); !ok {
		return fault.New(fault.RateLimited, "Too many requests with tokens that are not valid.").
			WithHint("Check the token.").With("retry_after_s", int(wait.Seconds()))
	}
	return nil
}
