package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/leo-analytics/leo/shared/fault"
)

// The bounds of [ReadOptions].
const (
	maxSkip      = 1_000_000
	maxNullWords = 100
	maxWord      = 200
	maxChanged   = 4096
)

// ColumnTypes are the types a person may give to a column.
func ColumnTypes() []string {
	return []string{"text", "integer", "decimal", "float", "boolean", "date", "timestamp"}
}

// IsZero reports whether nothing is said.
func (o ReadOptions) IsZero() bool {
	return o.Delimiter == "" && o.Quote == "" && o.Encoding == "" && o.Skip == 0 && o.Header == nil &&
		o.Decimal == "" && len(o.Nulls) == 0 && o.DateOrder == "" && len(o.Columns) == 0
}

// Validate reports the first option that makes no sense, as VALIDATION_ERROR with
// the path of its field. Whether an encoding is known, and whether a column exists,
// only the reader can say.
func (o ReadOptions) Validate() error {
	if err := o.validateDialect(); err != nil {
		return err
	}
	switch {
	case o.Skip < 0 || o.Skip > maxSkip:
		return badOption("skip", "%d lines cannot be skipped.", o.Skip).WithHint("Use 0 to %d.", maxSkip)
	case o.Header != nil && (*o.Header < 0 || *o.Header > maxSkip):
		return badOption("header", "The header cannot be on line %d.", *o.Header).WithHint("Use the line's number, or 0 if there is no header.")
	case len(o.Nulls) > maxNullWords:
		return badOption("nulls", "%d words for missing values are too many.", len(o.Nulls)).WithHint("Use up to %d.", maxNullWords)
	case slices.ContainsFunc(o.Nulls, func(w string) bool { return w == "" || len(w) > maxWord }):
		return badOption("nulls", "A word for missing values is empty or too long.").WithHint("An empty cell is a missing value already.")
	case len(o.Columns) > maxChanged:
		return badOption("columns", "%d columns are too many to change.", len(o.Columns)).WithHint("Use up to %d.", maxChanged)
	}
	for i, c := range o.Columns {
		if err := c.validate(i, o.Columns[:i]); err != nil {
			return err
		}
	}
	return nil
}

func (o ReadOptions) validateDialect() error {
	switch {
	case !oneCharacter(o.Delimiter):
		return badOption("delimiter", "%.20q cannot separate cells.", o.Delimiter).
			WithHint(`Use one character such as , or ; or |, "\t" for a tab, or "none".`)
	case !oneCharacter(o.Quote) || o.Quote == `\t` || o.Quote == "\t" || o.Quote == " ":
		return badOption("quote", "%.20q cannot enclose cells.", o.Quote).WithHint(`Use one character such as " or ', or "none".`)
	case o.Quote != "" && o.Quote != "none" && o.Quote == o.Delimiter:
		return badOption("quote", "Cells cannot be separated and enclosed by the same character.").WithHint("Use two characters.")
	case len(o.Encoding) > maxWord:
		return badOption("encoding", "This is no encoding.").WithHint("Use a name such as utf-8 or windows-1252.")
	case o.Decimal != "" && o.Decimal != "," && o.Decimal != ".":
		return badOption("decimal", "%.20q cannot stand before decimals.", o.Decimal).WithHint(`Use "," or ".".`)
	case o.DateOrder != "" && !slices.Contains([]string{"dmy", "mdy", "ymd"}, o.DateOrder):
		return badOption("date_order", "%.20q is no order of a date.", o.DateOrder).WithHint(`Use "dmy", "mdy" or "ymd".`)
	}
	return nil
}

// oneCharacter accepts what stands for one visible byte, for a tab, or for nothing.
func oneCharacter(s string) bool {
	switch s {
	case "", "none", `\t`, "\t":
		return true
	}
	return len(s) == 1 && (s[0] >= ' ' && s[0] < 0x7f || s[0] == 0x1f) && !(s[0] >= '0' && s[0] <= '9')
}

func (c ColumnOptions) validate(i int, before []ColumnOptions) error {
	path := fmt.Sprintf("columns/%d", i)
	switch {
	case c.Column == "" || len(c.Column) > maxWord:
		return badOption(path+"/column", "A change of a column does not say which.").WithHint("Name the column as it was found.")
	case slices.ContainsFunc(before, func(o ColumnOptions) bool { return strings.EqualFold(o.Column, c.Column) }):
		return badOption(path+"/column", "The column %.60q is changed twice.", c.Column).WithHint("Say all of it in one entry.")
	case len(c.Name) > maxWord || c.Name != "" && strings.TrimSpace(c.Name) == "":
		return badOption(path+"/name", "This cannot be the name of a column.").WithHint("Use up to %d bytes.", maxWord)
	case c.Type != "" && !slices.Contains(ColumnTypes(), c.Type):
		return badOption(path+"/type", "Column %.60q cannot have the type %.20q.", c.Column, c.Type).
			WithHint("The types are: %s.", strings.Join(ColumnTypes(), ", "))
	}
	return nil
}

func badOption(path, format string, args ...any) *fault.Fault {
	return fault.New(fault.Validation, format, args...).With("path", path)
}

// VersionOf is the version of a dataset whose files have these bytes (content is
// the SHA-256 over them, in hexadecimal) and are read like this. It is the content
// itself while nothing is said about how to read; otherwise it is the SHA-256 over
// the content and everything that is said, so that other options never share a
// version, a prepared database or a cached result.
func VersionOf(content string, files []File) string {
	said := make([]map[string]ReadOptions, len(files))
	any := false
	for i, f := range files {
		for table, o := range f.Options {
			if o.IsZero() {
				continue
			}
			if said[i] == nil {
				said[i] = map[string]ReadOptions{}
			}
			said[i][table], any = o, true
		}
	}
	if !any {
		return content
	}
	// Keys are sorted and fields ordered, so equal options are equal bytes. Nothing
	// in them can fail to encode.
	encoded, _ := json.Marshal(said) //nolint:errchkjson // strings and numbers only
	sum := sha256.New()
	_, _ = io.WriteString(sum, "leo read options 1\n"+content+"\n") // a hash takes everything
	_, _ = sum.Write(encoded)
	return hex.EncodeToString(sum.Sum(nil))
}
