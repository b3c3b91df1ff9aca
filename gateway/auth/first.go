package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// First makes secret the token of an admin of org where nobody has a token that can be
// used, so that a deployment can be made with the key to it. Once it was revoked it never comes
// back. A secret that does not look like one is VALIDATION_ERROR.
func (t *Tokens) First(ctx context.Context, org, secret string) error {
	if !wellFormed(secret) {
		return fault.New(fault.Validation, "The first token is not one: %s and 32 random bytes in the URL's base64, without padding.", Prefix).
			WithHint("Set first_token to what this prints: echo %s$(openssl rand -base64 32 | tr '+/' '-_' | tr -d =)", Prefix)
	}
	if ok, err := t.AnyUsable(ctx); ok || err != nil {
		return err
	}
	hash := hashOf(secret)
	value, err := json.Marshal(record{Hash: hash, Token: Token{
		ID: hash[:idLength], Org: org, Name: "first", Role: Admin, CreatedAt: time.Now().UTC().Truncate(time.Second),
	}})
	if err != nil {
		return fmt.Errorf("create token: %w", err)
	}
	_, err = t.kv.Create(ctx, hash[:idLength], value)
	if fault.CodeOf(err) == fault.Conflict {
		return nil // another gateway was first, or it was revoked
	}
	return err
}
