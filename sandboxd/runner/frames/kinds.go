package frames

import (
	"strings"

	"github.com/leo-analytics/leo/sandboxd/runner/engine"
)

// kind is how the values of a column are kept; see the package comment.
type kind string

// The kinds.
const (
	integers kind = "int"
	floats   kind = "float"
	flags    kind = "bool"
	moments  kind = "datetime"
	texts    kind = "text"
)

// storage is how the columns of a type are read and kept.
type storage struct {
	kind kind
	// cast is the SQL type that is read; hexadecimal text if it is empty.
	cast string
	// descr is the type of the data array.
	descr string
}

// storageOf returns how columns of an engine type are kept.
func storageOf(typ string) storage {
	switch typ {
	case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER":
		return storage{integers, "BIGINT", "<i8"}
	case "UBIGINT":
		return storage{integers, "UBIGINT", "<u8"}
	case "FLOAT", "DOUBLE", "HUGEINT", "UHUGEINT":
		return storage{floats, "DOUBLE", "<f8"}
	case "BOOLEAN":
		return storage{flags, "BOOLEAN", "|b1"}
	case "DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS":
		return storage{moments, "TIMESTAMP", "<i8"}
	case "TIMESTAMP WITH TIME ZONE":
		return storage{moments, "TIMESTAMP WITH TIME ZONE", "<i8"}
	case "BLOB":
		return storage{texts, "", "|u1"}
	}
	if strings.HasPrefix(typ, "DECIMAL(") {
		return storage{floats, "DOUBLE", "<f8"}
	}
	return storage{texts, "VARCHAR", "|u1"}
}

// query is the statement that reads a column as it is kept.
func (s storage) query(tableName, columnName string) string {
	return "SELECT " + s.expr(columnName) + " FROM " + engine.QuoteName(tableName)
}

// nullQuery is the statement that reads where [storage.query] yields NULL.
func (s storage) nullQuery(tableName, columnName string) string {
	return "SELECT (" + s.expr(columnName) + ") IS NULL FROM " + engine.QuoteName(tableName)
}

// expr converts a column. A date beyond the reach of TIMESTAMP is not an error but
// missing.
func (s storage) expr(columnName string) string {
	name := engine.QuoteName(columnName)
	switch {
	case s.cast == "":
		return "lower(hex(" + name + "))"
	case s.kind == moments:
		return "TRY_CAST(" + name + " AS " + s.cast + ")"
	}
	return "CAST(" + name + " AS " + s.cast + ")"
}
