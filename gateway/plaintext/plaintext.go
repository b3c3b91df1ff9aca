package plaintext

import (
	"unicode"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/fault"
)

// Check refuses text of more than limit characters, and text with control or
// invisible formatting characters (line ends and tabs are fine), as
// VALIDATION_ERROR about the field at path.
func Check(path, text string, limit int) error {
	if utf8.RuneCountInString(text) > limit {
		return fault.New(fault.Validation, "The text at %q is longer than %d characters.", path, limit).
			WithHint("Shorten it.").With("path", path)
	}
	for _, r := range text {
		if r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.Is(unicode.Cf, r) && r != '\u200d' {
			return fault.New(fault.Validation, "The text at %q has a character that cannot be shown: %U.", path, r).
				WithHint("Type it again instead of pasting it.").With("path", path)
		}
	}
	return nil
}
