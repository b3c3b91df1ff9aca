package run

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Names of statements take in further lines until they have nameEnough characters
// to be told apart by, and end at maxName.
const (
	nameEnough = 40
	maxName    = 120
)

// SQLName is what SQL that a person wrote is called in lists: "SQL: " and its
// first lines, without comments, on one line of at most 120 characters or so. Text
// that holds nothing but comments is "SQL".
func SQLName(text string) string {
	return nameOf("SQL", " ", strings.Split(withoutComments(text), "\n"))
}

// PythonName is likewise for Python; imports are no name either.
func PythonName(text string) string {
	lines := strings.Split(text, "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool {
		line = strings.TrimSpace(line)
		return strings.HasPrefix(line, "#") || strings.HasPrefix(line, "import ") || strings.HasPrefix(line, "from ")
	})
	return nameOf("Python", "; ", lines)
}

// nameOf joins lines until they tell a statement from others.
func nameOf(language, between string, lines []string) string {
	var b strings.Builder
	for _, line := range lines {
		line = strings.Join(strings.FieldsFunc(line, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
		if line == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(between)
		}
		b.WriteString(line)
		if utf8.RuneCountInString(b.String()) >= nameEnough {
			break
		}
	}
	name := []rune(strings.TrimRight(b.String(), "; "))
	switch {
	case len(name) == 0:
		return language
	case len(name) > maxName:
		return language + ": " + strings.TrimSpace(string(name[:maxName])) + "…"
	}
	return language + ": " + string(name)
}

// withoutComments takes -- and /* */ comments out of SQL, but not out of its
// quoted texts and names.
func withoutComments(sql string) string {
	var b strings.Builder
	for i := 0; i < len(sql); {
		rest := sql[i:]
		n := 1
		switch {
		case strings.HasPrefix(rest, "--"):
			if n = strings.IndexByte(rest, '\n'); n < 0 {
				n = len(rest)
			}
			i += n
			continue
		case strings.HasPrefix(rest, "/*"):
			if n = strings.Index(rest, "*/") + 2; n < 2 {
				n = len(rest)
			}
			i += n
			b.WriteByte(' ')
			continue
		case rest[0] == '\'' || rest[0] == '"':
			// A doubled quote closes and opens again.
			if n = strings.IndexByte(rest[1:], rest[0]) + 2; n < 2 {
				n = len(rest)
			}
		}
		b.WriteString(rest[:n])
		i += n
	}
	return b.String()
}
