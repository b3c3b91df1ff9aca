package engine

import (
	"context"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2/mapping"
)

// Column is one column of a result: its name, which may occur twice, and its
// type as the engine spells it.
type Column struct {
	Name string
	Type string
}

// Describe binds a statement without running it and returns the columns it would
// yield. Anything but exactly one statement that returns rows is an error.
func (db *DB) Describe(ctx context.Context, sql string) ([]Column, error) {
	stmts, count, err := db.extract(sql)
	if err != nil {
		return nil, err
	}
	defer mapping.DestroyExtracted(stmts)
	if count != 1 {
		return nil, fmt.Errorf("describe %d statements", count)
	}
	var stmt mapping.PreparedStatement
	defer func() { mapping.DestroyPrepare(&stmt) }()
	err = db.guard(ctx, func() error {
		if mapping.PrepareExtractedStatement(db.conn, *stmts, 0, &stmt) == mapping.StateError {
			return db.parse(mapping.PrepareError(stmt))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if mapping.PreparedStatementType(stmt) != mapping.StatementTypeSelect {
		return nil, fmt.Errorf("statement of type %d does not return rows", mapping.PreparedStatementType(stmt))
	}
	columns := make([]Column, mapping.PreparedStatementColumnCount(stmt))
	for i := range columns {
		logical := mapping.PreparedStatementColumnLogicalType(stmt, index(i))
		columns[i] = Column{
			Name: mapping.PreparedStatementColumnName(stmt, index(i)),
			Type: typeName(logical),
		}
		mapping.DestroyLogicalType(&logical)
	}
	return columns, nil
}

// Serialize returns the engine's syntax tree of sql as JSON text, without
// binding or running anything. A statement that is not a query yields JSON that
// says so.
func (db *DB) Serialize(ctx context.Context, sql string) (string, error) {
	return db.Text(ctx, "SELECT CAST(json_serialize_sql(CAST($1 AS VARCHAR)) AS VARCHAR)", sql)
}

// typeName spells a type as the engine does, except that an ENUM does not list
// its values.
func typeName(t mapping.LogicalType) string {
	if alias := mapping.LogicalTypeGetAlias(t); alias != "" {
		return alias
	}
	switch id := mapping.GetTypeId(t); id {
	case mapping.TypeDecimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", mapping.DecimalWidth(t), mapping.DecimalScale(t))
	case mapping.TypeList:
		return childName(mapping.ListTypeChildType(t)) + "[]"
	case mapping.TypeArray:
		return fmt.Sprintf("%s[%d]", childName(mapping.ArrayTypeChildType(t)), mapping.ArrayTypeArraySize(t))
	case mapping.TypeMap:
		return fmt.Sprintf("MAP(%s, %s)", childName(mapping.MapTypeKeyType(t)), childName(mapping.MapTypeValueType(t)))
	case mapping.TypeStruct:
		return "STRUCT(" + structFields(t) + ")"
	case mapping.TypeUnion:
		return "UNION(" + unionMembers(t) + ")"
	default:
		if name, ok := scalarNames()[id]; ok {
			return name
		}
		return "UNKNOWN"
	}
}

func childName(t mapping.LogicalType) string {
	defer mapping.DestroyLogicalType(&t)
	return typeName(t)
}

func structFields(t mapping.LogicalType) string {
	fields := make([]string, mapping.StructTypeChildCount(t))
	for i := range fields {
		fields[i] = QuoteName(mapping.StructTypeChildName(t, index(i))) + " " +
			childName(mapping.StructTypeChildType(t, index(i)))
	}
	return strings.Join(fields, ", ")
}

func unionMembers(t mapping.LogicalType) string {
	members := make([]string, mapping.UnionTypeMemberCount(t))
	for i := range members {
		members[i] = QuoteName(mapping.UnionTypeMemberName(t, index(i))) + " " +
			childName(mapping.UnionTypeMemberType(t, index(i)))
	}
	return strings.Join(members, ", ")
}

// QuoteName makes an identifier of any text.
func QuoteName(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// QuoteText makes a string literal of any text without NUL.
func QuoteText(text string) string {
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

// scalarNames maps the types without parameters to their names.
func scalarNames() map[mapping.Type]string {
	return map[mapping.Type]string{
		mapping.TypeBoolean: "BOOLEAN", mapping.TypeTinyInt: "TINYINT", mapping.TypeSmallInt: "SMALLINT",
		mapping.TypeInteger: "INTEGER", mapping.TypeBigInt: "BIGINT", mapping.TypeUTinyInt: "UTINYINT",
		mapping.TypeUSmallInt: "USMALLINT", mapping.TypeUInteger: "UINTEGER", mapping.TypeUBigInt: "UBIGINT",
		mapping.TypeHugeInt: "HUGEINT", mapping.TypeUHugeInt: "UHUGEINT", mapping.TypeBigNum: "BIGNUM",
		mapping.TypeFloat: "FLOAT", mapping.TypeDouble: "DOUBLE", mapping.TypeVarchar: "VARCHAR",
		mapping.TypeBlob: "BLOB", mapping.TypeBit: "BIT", mapping.TypeUUID: "UUID", mapping.TypeEnum: "ENUM",
		mapping.TypeDate: "DATE", mapping.TypeTime: "TIME", mapping.TypeTimeTZ: "TIME WITH TIME ZONE",
		mapping.TypeTimestamp: "TIMESTAMP", mapping.TypeTimestampS: "TIMESTAMP_S",
		mapping.TypeTimestampMS: "TIMESTAMP_MS", mapping.TypeTimestampNS: "TIMESTAMP_NS",
		mapping.TypeTimestampTZ: "TIMESTAMP WITH TIME ZONE", mapping.TypeInterval: "INTERVAL",
		mapping.TypeSQLNull: "NULL",
	}
}
