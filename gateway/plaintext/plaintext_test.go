package plaintext_test

import (
	"strings"
	"testing"

	"github.com/leo-analytics/leo/gateway/plaintext"
	"github.com/leo-analytics/leo/shared/fault"
)

func TestTextThatSteersATerminalIsRefused(t *testing.T) {
	for text, ok := range map[string]bool{
		"":                         true,
		"checked with Müller, 3 %": true,
		"first line\n\tsecond":     true,
		"family 👩\u200d👧":          true,
		strings.Repeat("ä", 20):    true,
		strings.Repeat("ä", 25):    false,
		"red \x1b[31m":             false,
		"nul \x00":                 false,
		"turned \u202e round":      false,
		"not text \xff":            false,
	} {
		err := plaintext.Check("/note", text, 24)
		if (err == nil) != ok || err != nil && fault.CodeOf(err) != fault.Validation {
			t.Errorf("%q: %v", text, err)
		}
	}
}
