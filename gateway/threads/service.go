package threads

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/leo-analytics/leo/gateway/audit"
	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/gateway/history"
	"github.com/leo-analytics/leo/gateway/plaintext"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// maxTitle is the longest title, in characters.
const maxTitle = 200

// attempts is how often a change is tried when somebody else changes the same
// conversation.
const attempts = 5

// Service labels conversations. Safe for concurrent use.
type Service struct {
	history *history.DB
	acts    *audit.Acts
	kv      *bus.KV
}

// New returns a service over the labels kept on the bus.
func New(h *history.DB, acts *audit.Acts, b *bus.Bus) *Service {
	return &Service{history: h, acts: acts, kv: b.KV(bus.BucketThreads)}
}

// Change is the body of PATCH threads/{id}. Absent fields stay as they are.
type Change struct {
	// Title is what to call the conversation; "" goes back to its first question.
	Title *string `json:"title,omitempty"`
	// Deleted takes the conversation off the lists, or puts it back.
	Deleted *bool `json:"deleted,omitempty"`
}

// Apply changes the label of a conversation and returns it. What is so already is
// not done, or recorded, again. Faults: VALIDATION_ERROR for a title that is none
// or nothing to change, NOT_FOUND for a thread without runs, FORBIDDEN for somebody else's when the
// principal is no admin, CONFLICT when others keep changing it.
func (s *Service) Apply(ctx context.Context, p auth.Principal, id string, c Change) (history.Label, error) {
	if err := c.check(); err != nil {
		return history.Label{}, err
	}
	if err := s.allowed(ctx, p, id); err != nil {
		return history.Label{}, err
	}
	if c.Title == nil && c.Deleted == nil {
		return history.Label{}, fault.New(fault.Validation, "There is nothing to change.").WithHint("Send title, deleted, or both.")
	}
	for try := 1; ; try++ {
		l, err := s.apply(ctx, p, id, c)
		if fault.CodeOf(err) != fault.Conflict {
			return l, err
		}
		if try == attempts {
			return l, fault.Wrap(err, fault.Conflict, "Somebody else is changing this conversation.").WithHint("Try again.")
		}
	}
}

func (c *Change) check() error {
	if c.Title == nil {
		return nil
	}
	*c.Title = strings.TrimSpace(*c.Title)
	if strings.ContainsAny(*c.Title, "\n\t") {
		return fault.New(fault.Validation, "A title is one line.").WithHint("Leave out line ends and tabs.").With("path", "/title")
	}
	return plaintext.Check("/title", *c.Title, maxTitle)
}

func (s *Service) allowed(ctx context.Context, p auth.Principal, id string) error {
	if !event.ValidToken(id) {
		id = "" // is no thread's
	}
	owner, err := s.history.ThreadOwner(ctx, p.Org, id)
	if err != nil {
		return err
	}
	if owner != p.User && p.Role != auth.Admin {
		return fault.New(fault.Forbidden, "Only %s or an admin can rename or delete this conversation.", owner).
			WithHint("Ask an admin of your org.")
	}
	return nil
}

// apply is one attempt; CONFLICT says that the label moved meanwhile.
func (s *Service) apply(ctx context.Context, p auth.Principal, id string, c Change) (history.Label, error) {
	key := p.Org + "." + id
	old, err := s.kv.Get(ctx, key)
	if err != nil && fault.CodeOf(err) != fault.NotFound {
		return history.Label{}, err
	}
	var l history.Label
	if old.Revision != 0 {
		if err := json.Unmarshal(old.Value, &l); err != nil {
			return l, fmt.Errorf("decode label %s: %w", key, err)
		}
	}
	kinds := c.change(&l, p.User)
	if len(kinds) == 0 {
		return l, nil
	}
	for _, kind := range kinds {
		if err := s.acts.Record(ctx, p, kind, id, "", l); err != nil {
			return l, err
		}
	}
	value, err := json.Marshal(l)
	if err != nil {
		return l, fmt.Errorf("encode label: %w", err)
	}
	var revision uint64
	if old.Revision == 0 {
		revision, err = s.kv.Create(ctx, key, value)
	} else {
		revision, err = s.kv.Update(ctx, key, value, old.Revision)
	}
	if err != nil {
		return l, err
	}
	// The labeller brings it, too; whoever looks at the list next should not have
	// to wait for that.
	return l, s.history.SetLabel(ctx, p.Org, id, l, revision)
}

// change makes l what c says and returns the acts that is.
func (c *Change) change(l *history.Label, user string) []string {
	var kinds []string
	if c.Title != nil && *c.Title != l.Title {
		l.Title = *c.Title
		kinds = append(kinds, audit.ActThreadRenamed)
	}
	switch gone := !l.DeletedAt.IsZero(); {
	case c.Deleted == nil || *c.Deleted == gone:
	case *c.Deleted:
		l.DeletedAt, l.DeletedBy = time.Now().UTC().Truncate(time.Microsecond), user
		kinds = append(kinds, audit.ActThreadDeleted)
	default:
		l.DeletedAt, l.DeletedBy = time.Time{}, ""
		kinds = append(kinds, audit.ActThreadRestored)
	}
	return kinds
}
