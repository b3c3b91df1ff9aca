package gateway_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/gateway"
	"github.com/leo-analytics/leo/gateway/api"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/fault"
)

func tokenMode(c *gateway.Config) { c.Auth = gateway.AuthToken }

// guarded starts a gateway that asks for tokens and has datasets and tokens of
// two orgs.
func guarded(t *testing.T) (w *world, tokens map[auth.Role]string, stranger string) {
	t.Helper()
	w = &world{t: t}
	w.onBus()
	w.addDataset("acme", "shop")
	w.addDataset("other", "cellar")
	tokens = map[auth.Role]string{}
	for _, r := range auth.Roles() {
		tokens[r] = w.token("acme", "ada-"+string(r), r)
	}
	stranger = w.token("other", "bob", auth.Admin)
	w.start(tokenMode)
	return w, tokens, stranger
}

// path fills a route's parameter.
func path(r api.Route, id string) string { return strings.ReplaceAll(r.Path, ":id", id) }

// TestEveryRouteAsksForItsRole walks the route table, so a new route is in the
// matrix from its first day.
func TestEveryRouteAsksForItsRole(t *testing.T) {
	w, tokens, _ := guarded(t)
	needs := map[api.Access][]auth.Role{
		api.Public: {"", auth.Viewer, auth.Analyst, auth.Verifier, auth.Admin}, api.Viewer: {auth.Viewer, auth.Analyst, auth.Verifier, auth.Admin},
		api.Analyst: {auth.Analyst, auth.Verifier, auth.Admin}, api.Verifier: {auth.Verifier, auth.Admin}, api.Admin: {auth.Admin},
	}
	for _, r := range api.Routes() {
		for _, role := range append([]auth.Role{""}, auth.Roles()...) {
			var opts []option
			if role != "" {
				opts = append(opts, bearer(tokens[role]))
			}
			// Ids of nothing: whoever is let through gets as far as NOT_FOUND or
			// VALIDATION_ERROR, and nothing changes.
			got := w.do(r.Method, path(r, "nothing"), nil, opts...)
			allowed := false
			for _, a := range needs[r.Access] {
				allowed = allowed || a == role
			}
			code := fault.CodeOf(nil)
			if f := got.fault(); f != nil {
				code = f.Code
			} else if r.Method == "HEAD" { // whose answers have no body to say it
				code = map[int]fault.Code{401: fault.Unauthenticated, 403: fault.Forbidden}[got.StatusCode]
			}
			switch {
			case allowed && (code == fault.Unauthenticated || code == fault.Forbidden):
				if r.Path != "/api/v1/session" || r.Method != "POST" { // it reads its token from the body
					t.Errorf("%s %s as %q: %d %s", r.Method, r.Path, role, got.StatusCode, code)
				}
			case !allowed && role == "" && code != fault.Unauthenticated:
				t.Errorf("%s %s without a token: %d %s", r.Method, r.Path, got.StatusCode, code)
			case !allowed && role != "" && code != fault.Forbidden:
				t.Errorf("%s %s as %q: %d %s", r.Method, r.Path, role, got.StatusCode, code)
			}
		}
	}
}

// TestAnotherOrgsThingsDoNotExist walks the route table with ids of org acme and
// an admin token of another org.
func TestAnotherOrgsThingsDoNotExist(t *testing.T) {
	w, tokens, stranger := guarded(t)
	run := w.ask("How many orders?", bearer(tokens[auth.Analyst]))
	w.add("acme", run, succeed()...)
	open := w.ask("And returned?", bearer(tokens[auth.Analyst]))
	var list struct{ Tokens []auth.Token }
	w.do("GET", "/api/v1/tokens", nil, bearer(tokens[auth.Admin])).into(t, &list)
	var begun struct {
		Thread string `json:"thread_id"`
	}
	w.do("GET", "/api/v1/runs/"+run, nil, bearer(tokens[auth.Admin])).into(t, &begun)
	var verified struct{ ID string }
	w.want(w.do("POST", "/api/v1/runs/"+run+"/verify", nil, bearer(tokens[auth.Verifier])), 201, "").into(t, &verified)
	w.want(w.do("POST", "/api/v1/runs/"+run+"/test-case", nil, bearer(tokens[auth.Analyst])), 201, "")
	upload := w.begin([]option{bearer(tokens[auth.Analyst])}, 10)
	ids := map[string][]string{
		"uploads": {upload.ID},
		"runs":    {run, open}, "threads": {begun.Thread}, "datasets": {"shop"}, "tokens": {list.Tokens[0].ID},
		"verified": {verified.ID}, "test-cases": {run},
	}
	visited := 0
	for _, r := range api.Routes() {
		if !strings.Contains(r.Path, ":id") {
			continue
		}
		kind := strings.Split(r.Path, "/")[3]
		if ids[kind] == nil {
			t.Fatalf("%s has ids this test does not know", r.Path)
		}
		for _, id := range ids[kind] {
			visited++
			opts := []option{bearer(stranger), with("Upload-Length", "10"), with("Upload-Offset", "0")}
			if r.Method == "PATCH" && kind == "uploads" {
				opts = append(opts, piece(0)...)
			}
			got := w.do(r.Method, path(r, id), nil, opts...)
			if r.Method == "HEAD" && got.StatusCode == 404 {
				continue // without a body to say more
			}
			w.want(got, 404, fault.NotFound)
		}
	}
	if visited == 0 {
		t.Fatal("no route has an id")
	}
	// Nor can they be referred to, and lists hold nothing of them.
	for _, body := range []string{
		`{"dataset_id":"shop","question":"?"}`,
		`{"dataset_id":"cellar","question":"?","parent_run_id":"` + run + `"}`,
	} {
		w.want(w.do("POST", "/api/v1/runs", body, bearer(stranger)), 404, fault.NotFound)
	}
	for _, p := range []string{"/api/v1/runs", "/api/v1/runs?q=orders", "/api/v1/threads", "/api/v1/datasets", "/api/v1/tokens", "/api/v1/verified", "/api/v1/test-cases", "/api/v1/test-cases?format=suite", "/api/v1/audit/acts"} {
		body := string(w.want(w.do("GET", p, nil, bearer(stranger)), 200, "").body)
		for _, secret := range []string{run, open, "shop", "ada-", "acme"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows another org %q: %s", p, secret, body)
			}
		}
	}
	// And nothing happened to them.
	w.want(w.do("POST", "/api/v1/runs/"+open+"/cancel", nil, bearer(tokens[auth.Analyst])), 202, "")
	w.want(w.do("GET", "/api/v1/datasets/shop", nil, bearer(tokens[auth.Viewer])), 200, "")
}

func TestDatasetsDoNotShowObjectKeysOrOrgs(t *testing.T) {
	w, tokens, _ := guarded(t)
	for _, p := range []string{"/api/v1/datasets", "/api/v1/datasets/shop", "/api/v1/datasets/shop/schema"} {
		body := string(w.want(w.do("GET", p, nil, bearer(tokens[auth.Viewer])), 200, "").body)
		if strings.Contains(body, "secret") || strings.Contains(body, "acme") {
			t.Errorf("%s: %s", p, body)
		}
		if !strings.Contains(body, `"orders"`) {
			t.Errorf("%s shows no table: %s", p, body)
		}
	}
}

func TestAnalystsCancelTheirOwnRunsAndAdminsAny(t *testing.T) {
	w, tokens, _ := guarded(t)
	mine := w.ask("Mine?", bearer(tokens[auth.Analyst]))
	theirs := w.ask("Theirs?", bearer(tokens[auth.Admin]))
	w.want(w.do("POST", "/api/v1/runs/"+theirs+"/cancel", nil, bearer(tokens[auth.Analyst])), 403, fault.Forbidden)
	w.want(w.do("POST", "/api/v1/runs/"+mine+"/cancel", nil, bearer(tokens[auth.Analyst])), 202, "")
	again := w.ask("Mine again?", bearer(tokens[auth.Analyst]))
	w.want(w.do("POST", "/api/v1/runs/"+again+"/cancel", nil, bearer(tokens[auth.Admin])), 202, "")
}

func TestBadTokensAreAllTheSame(t *testing.T) {
	w, tokens, _ := guarded(t)
	good := tokens[auth.Viewer]
	flipped := good[:len(good)-2] + "AA"
	if flipped == good {
		flipped = good[:len(good)-2] + "BA"
	}
	var first string
	for _, bad := range []string{flipped, good + "A", good[1:], "leo_", "x", auth.Prefix + strings.Repeat("A", 43)} {
		f := w.want(w.do("GET", "/api/v1/runs", nil, bearer(bad)), 401, fault.Unauthenticated).fault()
		if first == "" {
			first = f.Message
		}
		if f.Message != first {
			t.Errorf("%q is answered with %q and others with %q", bad, f.Message, first)
		}
	}
	w.want(w.do("GET", "/api/v1/runs", nil, with("Authorization", "Basic "+good)), 401, fault.Unauthenticated)
	// Whoever tries many is slowed down; whoever has a good one is not.
	var last reply
	for range 40 {
		last = w.do("GET", "/api/v1/runs", nil, bearer(flipped))
	}
	w.want(last, 429, fault.RateLimited)
	w.want(w.do("GET", "/api/v1/runs", nil, bearer(good)), 200, "")
}

func TestARevokedTokenIsRefusedAtOnceAndItsStreamsEnd(t *testing.T) {
	w, tokens, _ := guarded(t)
	var made struct{ ID, Token string }
	r := w.want(w.do("POST", "/api/v1/tokens", `{"name":"eve","role":"analyst"}`, bearer(tokens[auth.Admin])), 201, "")
	r.into(t, &made)
	run := w.ask("How many orders?", bearer(made.Token))
	s := w.watch(run, bearer(made.Token))
	s.must("asked")
	w.want(w.do("DELETE", "/api/v1/tokens/"+made.ID, nil, bearer(tokens[auth.Admin])), 204, "")
	began := time.Now()
	eventually(t, "the token is refused", func() bool { return w.do("GET", "/api/v1/runs", nil, bearer(made.Token)).StatusCode == 401 })
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("it took %v", took)
	}
	w.add("acme", run, planned())
	s.end()
	var list struct{ Tokens []map[string]any }
	w.do("GET", "/api/v1/tokens", nil, bearer(tokens[auth.Admin])).into(t, &list)
	for _, tok := range list.Tokens {
		if tok["hash"] != nil || tok["token"] != nil {
			t.Errorf("a token list shows %v", tok)
		}
		if (tok["id"] == made.ID) != (tok["revoked_at"] != nil) {
			t.Errorf("revocation of %v", tok)
		}
	}
}

func TestAnExpiredTokenIsRefused(t *testing.T) {
	w, _, _ := guarded(t)
	secret, _, err := auth.NewTokens(w.bus).Create(t.Context(), auth.Request{Org: "acme", Name: "brief", Role: auth.Viewer, TTL: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the token has expired", func() bool { return w.do("GET", "/api/v1/runs", nil, bearer(secret)).StatusCode == 401 })
}

func TestASessionCookieStandsForItsToken(t *testing.T) {
	w, tokens, _ := guarded(t)
	w.want(w.do("POST", "/api/v1/session", `{"token":"leo_wrong"}`), 401, fault.Unauthenticated)
	r := w.want(w.do("POST", "/api/v1/session", map[string]string{"token": tokens[auth.Analyst]}, with("X-Forwarded-Proto", "https")), 200, "")
	set := r.Header.Get("Set-Cookie")
	for _, part := range []string{"leo_session=" + tokens[auth.Analyst], "HttpOnly", "SameSite=Strict", "Path=/", "Secure"} {
		if !strings.Contains(set, part) {
			t.Errorf("cookie %q lacks %s", set, part)
		}
	}
	cookie := with("Cookie", "leo_session="+tokens[auth.Analyst])
	w.want(w.do("GET", "/api/v1/runs", nil, cookie), 200, "")
	body := `{"dataset_id":"shop","question":"?"}`
	own := with("Origin", w.url)
	w.want(w.do("POST", "/api/v1/runs", body, cookie, own), 202, "")
	w.want(w.do("POST", "/api/v1/runs", body, cookie, with("Sec-Fetch-Site", "same-origin")), 202, "")
	for name, foreign := range map[string]option{
		"another origin": with("Origin", "https://evil.example"), "an opaque origin": with("Origin", "null"),
		"cross-site": with("Sec-Fetch-Site", "cross-site"), "same-site": with("Sec-Fetch-Site", "same-site"),
	} {
		if r := w.do("POST", "/api/v1/runs", body, cookie, foreign); r.StatusCode != 403 {
			t.Errorf("a page of %s may ask with the cookie: %d", name, r.StatusCode)
		}
	}
	// A program with a token may come from anywhere.
	w.want(w.do("POST", "/api/v1/runs", body, bearer(tokens[auth.Analyst]), with("Origin", "https://app.example")), 202, "")
	out := w.want(w.do("DELETE", "/api/v1/session", nil, cookie), 204, "")
	if !strings.Contains(out.Header.Get("Set-Cookie"), "Max-Age=-1") {
		t.Errorf("signing out sets %q", out.Header.Get("Set-Cookie"))
	}
	var who struct{ Org, User, Mode string }
	w.do("GET", "/api/v1/session", nil, cookie).into(t, &who)
	if who.Org != "acme" || who.User != "ada-analyst" || who.Mode != "token" {
		t.Errorf("session %+v", who)
	}
}

func TestLocalModeAnswersThisMachineOnly(t *testing.T) {
	w := setup(t)
	port := w.url[strings.LastIndex(w.url, ":"):]
	for host, status := range map[string]int{
		"localhost" + port: 200, "127.0.0.1" + port: 200, "127.0.0.1": 200, "[::1]" + port: 200, "LOCALHOST": 200,
		"evil.example" + port: 403, "127.0.0.1.evil.example": 403, "10.0.0.1": 403, "localhost.evil.example" + port: 403,
	} {
		if r := w.do("GET", "/api/v1/datasets", nil, with("Host", host)); r.StatusCode != status {
			t.Errorf("Host %s: %d, want %d", host, r.StatusCode, status)
		}
		if r := w.do("GET", "/", nil, with("Host", host)); (r.StatusCode == 403) != (status == 403) {
			t.Errorf("the page for Host %s: %d", host, r.StatusCode)
		}
	}
	body := `{"dataset_id":"shop","question":"?"}`
	for _, c := range []struct {
		opts   []option
		status int
	}{
		{nil, 202},
		{[]option{with("Origin", w.url)}, 202},
		{[]option{with("Origin", w.url), with("Sec-Fetch-Site", "same-origin")}, 202},
		{[]option{with("Sec-Fetch-Site", "none")}, 202},
		{[]option{with("Origin", "https://evil.example")}, 403},
		{[]option{with("Origin", "http://localhost:1")}, 403},
		{[]option{with("Origin", "null")}, 403},
		{[]option{with("Sec-Fetch-Site", "cross-site")}, 403},
		{[]option{with("Sec-Fetch-Site", "same-site")}, 403},
	} {
		if r := w.do("POST", "/api/v1/runs", body, c.opts...); r.StatusCode != c.status {
			t.Errorf("%v: %d, want %d", headers(c.opts), r.StatusCode, c.status)
		}
	}
	if r := w.do("GET", "/api/v1/datasets", nil, with("Origin", "https://evil.example")); r.StatusCode != 403 || r.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("a foreign page may read: %d %v", r.StatusCode, r.Header)
	}
}

func headers(opts []option) http.Header {
	r := &http.Request{Header: http.Header{}}
	for _, o := range opts {
		o(r)
	}
	return r.Header
}

func TestLocalModeStillBelievesATokenThatIsShown(t *testing.T) {
	w := setup(t)
	viewer := w.token("acme", "ada", auth.Viewer)
	w.want(w.do("POST", "/api/v1/runs", `{"dataset_id":"shop","question":"?"}`, bearer(viewer)), 403, fault.Forbidden)
	w.want(w.do("GET", "/api/v1/datasets/shop", nil, bearer(viewer)), 404, fault.NotFound)
	w.want(w.do("GET", "/api/v1/runs", nil, bearer("leo_nonsense")), 401, fault.Unauthenticated)
	var who struct{ Org, Mode string }
	w.do("GET", "/api/v1/session", nil).into(t, &who)
	if who.Org != "local" || who.Mode != "local" {
		t.Errorf("session %+v", who)
	}
}
