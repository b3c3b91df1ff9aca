package compile_test

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// token is a piece of SQL: a word, a quoted name or text, a number, or a symbol.
type token struct {
	kind string // word, name, text, number or symbol
	text string // without quotes
}

// lex splits SQL the way an engine does: '…' and "…" with doubled quotes, no
// escapes. It fails on what the compiler never writes: comments, dollar quotes, a
// semicolon, an unknown character, brackets or quotes that do not close.
func lex(sql string) ([]token, error) {
	if !utf8.ValidString(sql) {
		return nil, fmt.Errorf("not UTF-8")
	}
	var out []token
	depth := 0
	for i := 0; i < len(sql); {
		rest := sql[i:]
		c := rest[0]
		switch {
		case c == ' ' || c == '\n':
			i++
		case c == '\'' || c == '"':
			text, n, ok := quoted(rest)
			if !ok {
				return nil, fmt.Errorf("a quote at %d does not close", i)
			}
			kind := "text"
			if c == '"' {
				kind = "name"
			}
			out = append(out, token{kind, text})
			i += n
		case strings.HasPrefix(rest, "--") || strings.HasPrefix(rest, "/*"):
			return nil, fmt.Errorf("a comment at %d", i)
		case c >= '0' && c <= '9':
			n := strings.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune("0123456789.eE+-", r) })
			if n < 0 {
				n = len(rest)
			}
			out = append(out, token{"number", rest[:n]})
			i += n
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_':
			n := strings.IndexFunc(rest, func(r rune) bool {
				word := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
				return !word
			})
			if n < 0 {
				n = len(rest)
			}
			out = append(out, token{"word", rest[:n]})
			i += n
		case strings.ContainsRune("().,+-*/=<>", rune(c)):
			if c == '(' {
				depth++
			}
			if c == ')' {
				depth--
			}
			if depth < 0 {
				return nil, fmt.Errorf("a bracket closes too early at %d", i)
			}
			out = append(out, token{"symbol", string(c)})
			i++
		default:
			return nil, fmt.Errorf("character %q at %d", c, i)
		}
	}
	if depth != 0 {
		return nil, fmt.Errorf("%d brackets do not close", depth)
	}
	return out, nil
}

func quoted(s string) (text string, length int, ok bool) {
	q := s[0]
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != q {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == q {
			b.WriteByte(q)
			i++
			continue
		}
		return b.String(), i + 1, true
	}
	return "", 0, false
}

// skeleton is a statement without what plans bring: quoted names, texts and
// numbers.
func skeleton(sql string) (string, error) {
	tokens, err := lex(sql)
	if err != nil {
		return "", err
	}
	words := make([]string, len(tokens))
	for i, t := range tokens {
		words[i] = t.text
		switch t.kind {
		case "name", "text", "number":
			words[i] = t.kind
		}
	}
	return strings.Join(words, " "), nil
}
