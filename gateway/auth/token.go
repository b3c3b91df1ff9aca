package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// Prefix starts every token, so that secret scanners recognise one.
const Prefix = "leo_"

const (
	secretBytes = 32
	idLength    = 16
	maxName     = 64
)

// Token is what is known of a token; never the secret.
type Token struct {
	// ID is 16 hexadecimal digits. It identifies the token in lists and logs
	// and gives no access.
	ID        string    `json:"id"`
	Org       string    `json:"org"`
	Name      string    `json:"name"`
	Role      Role      `json:"role"`
	CreatedAt time.Time `json:"created_at"`
	// ExpiresAt is zero for a token without an end.
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// RevokedAt is zero while the token is in force.
	RevokedAt time.Time `json:"revoked_at,omitzero"`
}

// Usable reports whether the token opens anything at that time.
func (t Token) Usable(now time.Time) bool {
	return t.RevokedAt.IsZero() && (t.ExpiresAt.IsZero() || now.Before(t.ExpiresAt))
}

// Principal is who a request with this token is made by.
func (t Token) Principal() Principal {
	return Principal{Org: t.Org, User: t.Name, Role: t.Role, TokenID: t.ID}
}

// record is the stored form.
type record struct {
	Token
	// Hash is the SHA-256 of the secret, in hexadecimal.
	Hash string `json:"hash"`
}

// Tokens keeps the tokens of a deployment. Safe for concurrent use.
type Tokens struct{ kv *bus.KV }

// NewTokens returns the tokens kept on the bus, whose buckets must exist.
func NewTokens(b *bus.Bus) *Tokens { return &Tokens{kv: b.KV(bus.BucketTokens)} }

// Request describes a token to create.
type Request struct {
	Org  string
	Name string
	Role Role
	// TTL is how long the token is usable. Zero means until it is revoked.
	TTL time.Duration
}

func (r Request) validate() error {
	if !event.ValidToken(r.Org) {
		return fault.New(fault.Validation, "%q cannot be the name of an org.", r.Org).
			WithHint("Use 1 to 64 letters, digits, '-' and '_'.").With("path", "/org")
	}
	if _, err := ParseRole(string(r.Role)); err != nil {
		return err
	}
	printable := func(c rune) bool { return unicode.IsPrint(c) }
	if n := utf8.RuneCountInString(r.Name); n == 0 || n > maxName || strings.TrimSpace(r.Name) != r.Name ||
		strings.IndexFunc(r.Name, func(c rune) bool { return !printable(c) }) >= 0 {
		return fault.New(fault.Validation, "A token needs a name of 1 to %d printable characters.", maxName).
			WithHint("Name the person or the program that will use it.").With("path", "/name")
	}
	if r.TTL < 0 {
		return fault.New(fault.Validation, "A token cannot expire before it was made.").
			WithHint("Give a positive duration, or none for a token without an end.").With("path", "/expires_in")
	}
	return nil
}

// Create stores a new token and returns its secret, which exists nowhere else.
// A request that makes no sense is VALIDATION_ERROR.
func (t *Tokens) Create(ctx context.Context, r Request) (secret string, _ Token, err error) {
	if err := r.validate(); err != nil {
		return "", Token{}, err
	}
	for {
		raw := make([]byte, secretBytes)
		if _, err := rand.Read(raw); err != nil {
			return "", Token{}, fmt.Errorf("create token: %w", err)
		}
		secret = Prefix + base64.RawURLEncoding.EncodeToString(raw)
		hash := hashOf(secret)
		now := time.Now().UTC().Truncate(time.Second)
		rec := record{Hash: hash, Token: Token{ID: hash[:idLength], Org: r.Org, Name: r.Name, Role: r.Role, CreatedAt: now}}
		if r.TTL > 0 {
			rec.ExpiresAt = now.Add(r.TTL)
		}
		value, err := json.Marshal(rec)
		if err != nil {
			return "", Token{}, fmt.Errorf("create token: %w", err)
		}
		_, err = t.kv.Create(ctx, rec.ID, value)
		if fault.CodeOf(err) == fault.Conflict {
			continue // another token has this id: 64 bits met
		}
		return secret, rec.Token, err
	}
}

// List returns the tokens of an org, revoked and expired ones too, oldest
// first. The empty org means every org.
func (t *Tokens) List(ctx context.Context, org string) ([]Token, error) {
	entries, err := t.kv.List(ctx, "")
	if err != nil {
		return nil, err
	}
	tokens := []Token{}
	for _, e := range entries {
		rec, err := decode(e)
		if err != nil {
			return nil, err
		}
		if org == "" || rec.Org == org {
			tokens = append(tokens, rec.Token)
		}
	}
	slices.SortFunc(tokens, func(a, b Token) int {
		if c := a.CreatedAt.Compare(b.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return tokens, nil
}

// Revoke ends a token of an org; the empty org means whichever org it is of.
// Revoking twice changes nothing. NOT_FOUND says the org has no such token.
func (t *Tokens) Revoke(ctx context.Context, org, id string) error {
	unknown := fault.New(fault.NotFound, "There is no token %q.", id).
		WithHint("`leo token list` shows the ids of all tokens.")
	if !event.ValidToken(id) {
		return unknown
	}
	for {
		e, err := t.kv.Get(ctx, id)
		if fault.CodeOf(err) == fault.NotFound {
			return unknown
		}
		if err != nil {
			return err
		}
		rec, err := decode(e)
		if err != nil {
			return err
		}
		if org != "" && rec.Org != org {
			return unknown
		}
		if !rec.RevokedAt.IsZero() {
			return nil
		}
		rec.RevokedAt = time.Now().UTC().Truncate(time.Second)
		value, err := json.Marshal(rec)
		if err != nil {
			return fmt.Errorf("revoke token: %w", err)
		}
		if _, err = t.kv.Update(ctx, id, value, e.Revision); fault.CodeOf(err) != fault.Conflict {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// AnyUsable reports whether at least one token opens anything now.
func (t *Tokens) AnyUsable(ctx context.Context) (bool, error) {
	tokens, err := t.List(ctx, "")
	if err != nil {
		return false, err
	}
	now := time.Now()
	return slices.ContainsFunc(tokens, func(tok Token) bool { return tok.Usable(now) }), nil
}

func (t *Tokens) get(ctx context.Context, id string) (record, error) {
	e, err := t.kv.Get(ctx, id)
	if err != nil {
		return record{}, err
	}
	return decode(e)
}

func decode(e bus.Entry) (record, error) {
	var rec record
	if err := json.Unmarshal(e.Value, &rec); err != nil {
		return record{}, fmt.Errorf("decode token record %s: %w", e.Key, err)
	}
	return rec, nil
}

// hashOf is the stored form of a secret. A plain hash is enough: the secret has
// 256 random bits, so there is nothing to guess.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// wellFormed reports whether s looks like a token at all.
func wellFormed(s string) bool {
	body, ok := strings.CutPrefix(s, Prefix)
	if !ok {
		return false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(body)
	return err == nil && len(raw) == secretBytes
}

func (r record) matches(hash string) bool {
	return subtle.ConstantTimeCompare([]byte(r.Hash), []byte(hash)) == 1
}
