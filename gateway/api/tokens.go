package api

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/fault"
)

func (c *call) listTokens() error {
	tokens, err := c.s.deps.Tokens.List(c.ctx, c.who.Org)
	if err != nil {
		return err
	}
	return c.json(fiber.StatusOK, struct {
		Tokens []auth.Token `json:"tokens"`
	}{tokens})
}

// tokenRequest is the body of POST tokens.
type tokenRequest struct {
	Name string    `json:"name"`
	Role auth.Role `json:"role"`
	// ExpiresIn is a duration such as "720h"; empty means never.
	ExpiresIn string `json:"expires_in,omitempty"`
}

// createdToken is the only place where the secret is ever shown.
type createdToken struct {
	auth.Token
	Secret string `json:"token"`
}

func (c *call) createToken() error {
	var body tokenRequest
	if err := c.decode(&body); err != nil {
		return err
	}
	r := auth.Request{Org: c.who.Org, Name: body.Name, Role: body.Role}
	if body.ExpiresIn != "" {
		ttl, err := time.ParseDuration(body.ExpiresIn)
		if err != nil || ttl <= 0 {
			return fault.New(fault.Validation, "%q is not a duration a token can have.", shorten(body.ExpiresIn)).
				WithHint("Write hours, such as 720h for 30 days.").With("path", "/expires_in")
		}
		r.TTL = ttl
	}
	secret, token, err := c.s.deps.Tokens.Create(c.ctx, r)
	if err != nil {
		return err
	}
	// Its id is known only now. A token that is not on record is not given out.
	if err := c.s.deps.Acts.Record(c.ctx, c.who, audit.ActTokenCreated, token.ID, "", token); err != nil {
		return errors.Join(err, c.s.deps.Tokens.Revoke(c.ctx, c.who.Org, token.ID))
	}
	return c.json(fiber.StatusCreated, createdToken{Token: token, Secret: secret})
}

func (c *call) revokeToken() error {
	tokens, err := c.s.deps.Tokens.List(c.ctx, c.who.Org)
	if err != nil {
		return err
	}
	// Only what there is to revoke is put on record; Revoke says what else it is.
	if i := slices.IndexFunc(tokens, func(t auth.Token) bool { return t.ID == c.thing() && t.RevokedAt.IsZero() }); i >= 0 {
		if err := c.s.deps.Acts.Record(c.ctx, c.who, audit.ActTokenRevoked, c.thing(), "", tokens[i]); err != nil {
			return err
		}
	}
	if err := c.s.deps.Tokens.Revoke(c.ctx, c.who.Org, c.thing()); err != nil {
		return err
	}
	c.Status(fiber.StatusNoContent)
	return nil
}

// session is who the caller is, for the web app.
type session struct {
	auth.Principal
	// Mode is "local" where no token is needed, else "token".
	Mode string `json:"mode"`
}

func (c *call) whoAmI() error { return c.session() }

func (c *call) session() error {
	mode := "token"
	if c.s.cfg.Local && c.who.TokenID == "" {
		mode = "local"
	}
	return c.json(fiber.StatusOK, session{Principal: c.who, Mode: mode})
}

// signIn puts a token into the session cookie, where no script can read it.
func (c *call) signIn() error {
	var body struct {
		Token string `json:"token"`
	}
	// Another site's page must not sign its own token in here.
	if err := auth.CheckOrigin(c.Get(fiber.HeaderHost), c.Get(fiber.HeaderOrigin), c.Get("Sec-Fetch-Site")); err != nil {
		return err
	}
	if err := c.decode(&body); err != nil {
		return err
	}
	if err := c.identify(body.Token, true); err != nil {
		return err
	}
	if c.who.TokenID != "" {
		if err := c.s.deps.Acts.Record(c.ctx, c.who, audit.ActSignedIn, c.who.TokenID, "", nil); err != nil {
			return err
		}
	}
	c.cookie(body.Token, 30*24*time.Hour)
	return c.session()
}

func (c *call) signOut() error {
	c.cookie("", -time.Second)
	c.Status(fiber.StatusNoContent)
	return nil
}

// cookie sets the session cookie. It is Secure where the browser came over TLS,
// which a proxy tells; a client that lies about it only hurts itself.
func (c *call) cookie(value string, lives time.Duration) {
	secure := ""
	if c.Secure() || c.Get(fiber.HeaderXForwardedProto) == "https" {
		secure = "; Secure"
	}
	c.Set(fiber.HeaderSetCookie, fmt.Sprintf("%s=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s", cookieName, value, int(lives.Seconds()), secure))
}
