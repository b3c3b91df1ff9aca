package vector

import (
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/fault"
)

// Kind is what a point stands for.
type Kind string

// The kinds. Points of different kinds never meet in a search.
const (
	// Catalogue are datasets, tables and columns.
	Catalogue Kind = "catalogue"
	// Verified are questions a person vouched for.
	Verified Kind = "verified"
)

func (k Kind) valid() bool { return k == Catalogue || k == Verified }

// Bounds of one point and one call. What is longer is refused, but for texts, which
// are cut.
const (
	maxKey     = 512
	maxText    = 8 << 10
	maxPayload = 8 << 10
	maxLimit   = 1000
	maxGroups  = 1000
)

// Text is something a point is found by.
type Text struct {
	Text string
	// Weight says how much a word in it is worth, relative to other texts. 0: 1.
	Weight float64
}

// Point is something that can be found.
type Point struct {
	// Key names the point within its org and kind; required.
	Key string
	// Group is what it is replaced and deleted with: the dataset's id; required.
	Group string
	// Texts are what it is found by, most important first.
	Texts []Text
	// Payload comes back with a hit.
	Payload map[string]string
}

// clone is what is kept of a point: all but its texts.
func (p Point) clone() Point {
	p.Payload = maps.Clone(p.Payload)
	for k, v := range p.Payload {
		p.Payload[k] = strings.ToValidUTF8(v, "\uFFFD")
	}
	p.Texts = nil
	return p
}

// prose is what is embedded.
func (p Point) prose() string {
	var lines []string
	for _, t := range p.Texts {
		if s := strings.TrimSpace(t.Text); s != "" {
			lines = append(lines, s)
		}
	}
	return cut(strings.Join(lines, "\n"))
}

// Query is what is looked for.
type Query struct {
	Kind Kind
	Text string
	// Groups restricts the search to these; none restricts it to nothing.
	Groups []string
	// AnyGroup lifts the restriction: all of the org is searched.
	AnyGroup bool
	// Limit is how many hits are wanted. 0: 10; 1000 at most.
	Limit int
	// Least, above 0, is the cosine that a point's embedding must have with the
	// text's; words do not count then. Without embeddings nothing is found.
	Least float64
}

// Hit is a point that was found.
type Hit struct {
	Key     string
	Group   string
	Payload map[string]string
	// Score orders the hits of one search, best first, and means nothing beyond it.
	Score float64
}

// Found is the outcome of a search.
type Found struct {
	Hits []Hit
	// Dense says that meaning was compared, not only words.
	Dense bool
	// Degraded says that a store or an endpoint that is configured did not answer.
	Degraded bool
}

func checkOrg(org string, kind Kind) error {
	switch {
	case org == "" || len(org) > maxKey || strings.ContainsAny(org, "\x00/"):
		return fault.New(fault.Validation, "A search of the catalogue names no organisation.").WithHint("Every call is for one organisation.")
	case !kind.valid():
		return fault.New(fault.Validation, "There is no kind of points called %q.", string(kind)).WithHint("Use catalogue or verified.")
	}
	return nil
}

func checkPoint(p Point) error {
	size := 0
	for k, v := range p.Payload {
		size += len(k) + len(v)
	}
	if !utf8.ValidString(p.Key+p.Group) || p.Key == "" || len(p.Key) > maxKey || p.Group == "" || len(p.Group) > maxKey || size > maxPayload {
		return fault.New(fault.Validation, "A point has no key or no group, or is too large.").
			WithHint("Keys and groups have 1 to %d bytes, payloads at most %d.", maxKey, maxPayload)
	}
	return nil
}

func (q Query) check() (Query, error) {
	if q.Limit == 0 {
		q.Limit = 10
	}
	if q.Limit < 0 || q.Limit > maxLimit || len(q.Groups) > maxGroups {
		return q, fault.New(fault.Validation, "A search asks for too much at once.").
			WithHint("Ask for at most %d hits in at most %d groups.", maxLimit, maxGroups)
	}
	q.Text = cut(q.Text)
	return q, nil
}

// cut shortens a text to what is indexed of it, at a whole character.
func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "")
}
