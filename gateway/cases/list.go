package cases

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/fault"
)

// The sizes of a page of cases.
const (
	DefaultPage = 50
	MaxPage     = 200
)

// Query narrows a list of cases. Zero fields do not narrow.
type Query struct {
	DatasetID string
	// Limit is 1 to MaxPage; 0 means DefaultPage.
	Limit int
	// Cursor is what the page before returned.
	Cursor string
}

// List returns a page of the org's cases, newest first, and the cursor of the next
// page, "" on the last. A limit or cursor that makes no sense is
// VALIDATION_ERROR.
func (s *Service) List(ctx context.Context, p auth.Principal, q Query) ([]Summary, string, error) {
	limit := q.Limit
	if limit == 0 {
		limit = DefaultPage
	}
	if limit < 0 || limit > MaxPage {
		return nil, "", fault.New(fault.Validation, "The limit is %d; it must be between 1 and %d.", limit, MaxPage).
			WithHint("Ask for less and follow next_cursor.").With("path", "limit")
	}
	after, err := readCursor(q.Cursor)
	if err != nil {
		return nil, "", err
	}
	out := []Summary{}
	err = s.each(ctx, p, q.DatasetID, func(c *Case) error {
		if one := c.summary(); after == nil || newestFirst(*after, one) < 0 {
			out = append(out, one)
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	slices.SortFunc(out, newestFirst)
	if len(out) <= limit {
		return out, "", nil
	}
	last := out[limit-1]
	return out[:limit], base64.RawURLEncoding.EncodeToString([]byte(last.SavedAt.Format(time.RFC3339Nano) + " " + last.ID)), nil
}

func newestFirst(a, b Summary) int {
	if c := b.SavedAt.Compare(a.SavedAt); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

// readCursor returns the last case of the page before, as far as its place goes;
// nil for the first page.
func readCursor(cursor string) (*Summary, error) {
	if cursor == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	at, id, ok := strings.Cut(string(raw), " ")
	saved, wrong := time.Parse(time.RFC3339Nano, at)
	if err != nil || wrong != nil || !ok {
		return nil, fault.New(fault.Validation, "The cursor is not one that Leo gave out.").
			WithHint("Use next_cursor of the page before, unchanged, or leave it out.").With("path", "cursor")
	}
	return &Summary{ID: id, SavedAt: saved}, nil
}
