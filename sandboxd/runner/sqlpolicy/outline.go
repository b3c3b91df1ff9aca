package sqlpolicy

import (
	"strings"
	"unicode"
)

// outline returns the first word of a text, in capitals, and whether there is
// anything after a semicolon that is not inside of quotes or a comment. It only
// words messages about texts that the engine has already refused to show as a
// query: it decides nothing.
func outline(statement string) (first string, more bool) {
	ended := false
	for rest := statement; rest != ""; {
		n := skip(rest)
		switch {
		case n > 0:
			if ended && quoted(rest) {
				more = true
			}
			rest = rest[n:]
			continue
		case rest[0] == ';':
			ended = first != ""
			rest = rest[1:]
			continue
		}
		word := leadingWord(rest)
		if ended {
			return first, true
		}
		if first == "" && word != "" {
			first = strings.ToUpper(word)
		}
		rest = rest[max(len(word), 1):]
	}
	return first, more
}

// leadingWord returns the letters and digits at the start.
func leadingWord(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
	if end < 0 {
		return s
	}
	return s[:end]
}

// quoted reports whether a text starts with a quotation and not with space or a
// comment.
func quoted(s string) bool { return strings.IndexByte(`'"$`, s[0]) >= 0 }

// skip returns the length of the space, comment or quotation at the start.
func skip(s string) int {
	switch {
	case unicode.IsSpace(rune(s[0])):
		return 1
	case strings.HasPrefix(s, "--"):
		return until(s, 2, "\n")
	case strings.HasPrefix(s, "/*"):
		return until(s, 2, "*/")
	case s[0] == '\'' || s[0] == '"':
		return until(s, 1, s[:1])
	case s[0] == '$':
		if end := strings.IndexByte(s[1:], '$'); end >= 0 && leadingWord(s[1:]) == s[1:1+end] {
			return until(s, end+2, s[:end+2])
		}
	}
	return 0
}

// until returns the length up to and with the next occurrence of end.
func until(s string, from int, end string) int {
	if i := strings.Index(s[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(s)
}

// notAQuery says what a statement is, by its first word, and what to do instead.
func notAQuery(first string) (why, hint string) {
	const read = "Write a SELECT over the tables of the dataset."
	switch first {
	case "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "REPLACE":
		return first + " changes data", read
	case "CREATE", "DROP", "ALTER", "COMMENT":
		return first + " changes tables", "Use WITH to name an intermediate result."
	case "COPY", "EXPORT", "IMPORT":
		return first + " reads or writes files", "Results are downloaded from the answer; " + strings.ToLower(read[:1]) + read[1:]
	case "ATTACH", "DETACH", "USE":
		return first + " opens or changes databases", read
	case "INSTALL", "LOAD":
		return first + " adds code to the engine", read
	case "SET", "RESET", "PRAGMA", "CALL", "CHECKPOINT", "VACUUM", "ANALYZE":
		return first + " shows or changes settings of the engine", read
	case "PREPARE", "EXECUTE", "DEALLOCATE", "BEGIN", "COMMIT", "ROLLBACK", "START", "ABORT":
		return first + " controls the session", read
	case "EXPLAIN":
		return "EXPLAIN shows how the engine works", "Send the statement without EXPLAIN."
	case "WITH":
		return "what follows WITH is not a SELECT", read
	case "PIVOT", "UNPIVOT", "FROM", "SELECT":
		return "the values of a PIVOT must be written out", "Add IN (…) with the values after the column that PIVOT spreads."
	}
	return "this statement is not a SELECT", read
}
