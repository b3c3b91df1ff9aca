package auth_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestRolesIncludeEachOther(t *testing.T) {
	roles := auth.Roles()
	for i, a := range roles {
		for j, b := range roles {
			if a.Includes(b) != (i >= j) {
				t.Errorf("%s includes %s: %t", a, b, a.Includes(b))
			}
		}
		if a.Includes("root") || auth.Role("root").Includes(a) || auth.Role("").Includes("") {
			t.Errorf("an unknown role is included in or includes %s", a)
		}
	}
}

func TestTokensAreCreatedListedAndRevoked(t *testing.T) {
	tokens := auth.NewTokens(bustest.New(t))
	if ok, err := tokens.AnyUsable(t.Context()); ok || err != nil {
		t.Fatalf("usable %t, %v", ok, err)
	}
	secret, made, err := tokens.Create(t.Context(), auth.Request{Org: "acme", Name: "ada", Role: auth.Analyst, TTL: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(secret, "leo_") || len(secret) != 47 {
		t.Errorf("secret %q", secret)
	}
	if made.Org != "acme" || made.Name != "ada" || made.Role != auth.Analyst || made.ExpiresAt.Sub(made.CreatedAt) != time.Hour {
		t.Errorf("token %+v", made)
	}
	other, _, err := tokens.Create(t.Context(), auth.Request{Org: "other", Name: "bob", Role: auth.Admin})
	if err != nil || other == secret {
		t.Fatal(err)
	}
	if list, err := tokens.List(t.Context(), "acme"); err != nil || len(list) != 1 || list[0].ID != made.ID {
		t.Errorf("acme has %v, %v", list, err)
	}
	if all, err := tokens.List(t.Context(), ""); err != nil || len(all) != 2 {
		t.Errorf("all %v, %v", all, err)
	}
	if err := tokens.Revoke(t.Context(), "other", made.ID); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("another org revokes: %v", err)
	}
	for range 2 {
		if err := tokens.Revoke(t.Context(), "acme", made.ID); err != nil {
			t.Error(err)
		}
	}
	list, err := tokens.List(t.Context(), "acme")
	if err != nil || list[0].RevokedAt.IsZero() || list[0].Usable(time.Now()) {
		t.Errorf("after revoking: %+v, %v", list, err)
	}
}

func TestTheBucketHoldsNoSecret(t *testing.T) {
	b := bustest.New(t)
	secret, _, err := auth.NewTokens(b).Create(t.Context(), auth.Request{Org: "acme", Name: "ada", Role: auth.Admin})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := b.KV(bus.BucketTokens).List(t.Context(), "")
	if err != nil || len(entries) != 1 {
		t.Fatalf("%v, %v", entries, err)
	}
	for _, part := range []string{secret, strings.TrimPrefix(secret, "leo_")} {
		if strings.Contains(entries[0].Key+string(entries[0].Value), part) {
			t.Errorf("the bucket holds %s", entries[0].Value)
		}
	}
}

func TestTokensThatMakeNoSenseAreRefused(t *testing.T) {
	tokens := auth.NewTokens(bustest.New(t))
	good := auth.Request{Org: "acme", Name: "ada", Role: auth.Viewer}
	for name, change := range map[string]func(*auth.Request){
		"no org": func(r *auth.Request) { r.Org = "" }, "org with a dot": func(r *auth.Request) { r.Org = "a.b" }, "org wildcard": func(r *auth.Request) { r.Org = ">" },
		"no name": func(r *auth.Request) { r.Name = "" }, "blank name": func(r *auth.Request) { r.Name = " a" }, "name with a newline": func(r *auth.Request) { r.Name = "a\nb" },
		"long name": func(r *auth.Request) { r.Name = strings.Repeat("é", 65) }, "no role": func(r *auth.Request) { r.Role = "" },
		"negative life": func(r *auth.Request) { r.TTL = -1 },
	} {
		r := good
		change(&r)
		_, _, err := tokens.Create(t.Context(), r)
		if fault.CodeOf(err) != fault.Validation || fault.From(err).Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := tokens.List(t.Context(), ""); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
}

// keyring runs a keyring until the test ends.
func keyring(t *testing.T, tokens *auth.Tokens) *auth.Keyring {
	t.Helper()
	k := auth.NewKeyring(tokens, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return k
}

func TestAKeyringKnowsATokenAtOnceAndForgetsARevokedOne(t *testing.T) {
	node := bustest.Server(t)
	tokens := auth.NewTokens(node.Connect(t))
	// Two gateways, each with a connection of its own.
	rings := []*auth.Keyring{keyring(t, auth.NewTokens(node.Connect(t))), keyring(t, auth.NewTokens(node.Connect(t)))}
	secret, made, err := tokens.Create(t.Context(), auth.Request{Org: "acme", Name: "ada", Role: auth.Analyst})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range rings {
		who, err := k.Verify(t.Context(), secret)
		if err != nil || who != (auth.Principal{Org: "acme", User: "ada", Role: auth.Analyst, TokenID: made.ID}) || !k.StillValid(who) {
			t.Errorf("%+v, %v", who, err)
		}
	}
	if err := tokens.Revoke(t.Context(), "", made.ID); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for _, k := range rings {
		bustest.Eventually(t, "the revocation arrived", func() bool {
			_, err := k.Verify(t.Context(), secret)
			return fault.CodeOf(err) == fault.Unauthenticated && !k.StillValid(made.Principal())
		})
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestOnlyTheWholeSecretOpens(t *testing.T) {
	tokens := auth.NewTokens(bustest.New(t))
	k := keyring(t, tokens)
	secret, made, err := tokens.Create(t.Context(), auth.Request{Org: "acme", Name: "ada", Role: auth.Viewer})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"", "leo_", made.ID, secret[:46], secret + "A", secret + "=", strings.ToUpper(secret), " " + secret, "leo_" + strings.Repeat("A", 43), "leo_" + strings.Repeat("*", 43)} {
		if who, err := k.Verify(t.Context(), s); fault.CodeOf(err) != fault.Unauthenticated || who != (auth.Principal{}) {
			t.Errorf("%q opens as %+v: %v", s, who, err)
		}
	}
	if !k.StillValid(auth.Local()) {
		t.Error("the local principal has no token to lose")
	}
}

func TestLoopbackAddresses(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:8080": true, "localhost:1": true, "[::1]:80": true, "127.8.9.1:0": true,
		":8080": false, "0.0.0.0:80": false, "[::]:80": false, "10.0.0.1:80": false, "example.com:80": false, "127.0.0.1": false, "": false,
	} {
		if got := auth.Loopback(address); got != want {
			t.Errorf("%q: %t", address, got)
		}
	}
}
