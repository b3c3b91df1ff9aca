package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/leo-analytics/leo/shared/event"
)

// rowsPerGroup bounds what the writer keeps in memory.
const rowsPerGroup = 20_000

// writeParquet writes one optional column per result column, in order, with the
// engine's type. Columns of the same name get a number. A column with a value
// its Parquet type cannot hold (an infinite date, say) is written as text, so an
// export never fails for what is in it.
func (r *Result) writeParquet(w io.Writer) error {
	columns := parquetColumns(r.Columns)
	err := r.each(func(row []any) error {
		for i, v := range row {
			if _, err := columns[i].value(v); err != nil {
				columns[i].node, columns[i].convert = parquet.Optional(parquet.String()), toText
			}
		}
		return nil
	})
	if err == nil {
		err = r.rewind()
	}
	if err != nil {
		return err
	}
	out := parquet.NewGenericWriter[any](w, parquet.NewSchema("result", orderedGroup(columns)),
		parquet.Compression(&parquet.Snappy), parquet.MaxRowsPerRowGroup(rowsPerGroup),
		parquet.CreatedBy("leo", "1", ""))
	cells := make(parquet.Row, len(columns))
	err = r.each(func(row []any) error {
		for i, v := range row {
			value, err := columns[i].value(v)
			if err != nil {
				return err
			}
			level := 1
			if value.IsNull() {
				level = 0
			}
			cells[i] = value.Level(0, level, i)
		}
		_, err := out.WriteRows([]parquet.Row{cells})
		return err
	})
	return errors.Join(err, out.Close())
}

// column is a Parquet column: its type, and how a JSON value becomes one of it.
type column struct {
	name    string
	node    parquet.Node
	convert func(any) (parquet.Value, error)
}

func (c column) value(v any) (parquet.Value, error) {
	if v == nil {
		return parquet.NullValue(), nil
	}
	return c.convert(v)
}

func parquetColumns(columns []event.Column) []column {
	out, taken := make([]column, len(columns)), map[string]bool{}
	for i, c := range columns {
		out[i] = parquetColumn(c.Type)
		name := c.Name
		for n := 2; taken[name] || name == ""; n++ {
			name = fmt.Sprintf("%s_%d", c.Name, n)
		}
		taken[name] = true
		out[i].name = name
		out[i].node = parquet.Optional(out[i].node)
	}
	return out
}

// parquetColumn maps the engine's type name. What has no equal (intervals, lists,
// structs) is text, as it is in the result.
func parquetColumn(engineType string) column {
	base, args, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(engineType)), "(")
	if strings.HasSuffix(engineType, "]") {
		return column{node: parquet.String(), convert: toText}
	}
	switch strings.TrimSpace(base) {
	case "BOOLEAN", "BOOL":
		return column{node: parquet.Leaf(parquet.BooleanType), convert: toBool}
	case "TINYINT":
		return column{node: parquet.Int(8), convert: toInt32}
	case "SMALLINT":
		return column{node: parquet.Int(16), convert: toInt32}
	case "INTEGER", "INT":
		return column{node: parquet.Int(32), convert: toInt32}
	case "BIGINT", "LONG":
		return column{node: parquet.Int(64), convert: toInt64}
	case "UTINYINT", "USMALLINT", "UINTEGER":
		return column{node: parquet.Int(64), convert: toInt64}
	case "UBIGINT", "HUGEINT", "UHUGEINT":
		return decimalColumn(38, 0)
	case "DECIMAL", "NUMERIC":
		return decimalColumn(decimalArgs(args))
	case "DOUBLE":
		return column{node: parquet.Leaf(parquet.DoubleType), convert: toDouble}
	case "FLOAT", "REAL":
		return column{node: parquet.Leaf(parquet.FloatType), convert: toFloat}
	case "DATE":
		return column{node: parquet.Date(), convert: toDate}
	case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATETIME":
		return column{node: parquet.TimestampAdjusted(parquet.Microsecond, false), convert: toTimestamp}
	case "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ":
		return column{node: parquet.TimestampAdjusted(parquet.Microsecond, true), convert: toTimestamp}
	}
	return column{node: parquet.String(), convert: toText}
}

// decimalArgs reads "18,2)"; a DECIMAL without arguments is DuckDB's (18,3).
func decimalArgs(args string) (precision, scale int) {
	p, s, _ := strings.Cut(strings.TrimSuffix(strings.TrimSpace(args), ")"), ",")
	precision, err := strconv.Atoi(strings.TrimSpace(p))
	if err != nil || precision < 1 || precision > 38 {
		return 18, 3
	}
	scale, err = strconv.Atoi(strings.TrimSpace(s))
	if err != nil || scale < 0 || scale > precision {
		scale = 0
	}
	return precision, scale
}

// decimalColumn holds unscaled integers: in 64 bits where they fit, else in 16
// bytes, big-endian two's complement, as the format says.
func decimalColumn(precision, scale int) column {
	if precision <= 18 {
		return column{node: parquet.Decimal(scale, precision, parquet.Int64Type), convert: func(v any) (parquet.Value, error) {
			n, err := unscaled(v, scale)
			if err != nil {
				return parquet.Value{}, err
			}
			if !n.IsInt64() {
				return parquet.Value{}, fmt.Errorf("%v does not fit a DECIMAL(%d,%d)", v, precision, scale)
			}
			return parquet.Int64Value(n.Int64()), nil
		}}
	}
	return column{node: parquet.Decimal(scale, precision, parquet.FixedLenByteArrayType(16)), convert: func(v any) (parquet.Value, error) {
		n, err := unscaled(v, scale)
		if err != nil {
			return parquet.Value{}, err
		}
		if n.BitLen() > 127 {
			return parquet.Value{}, fmt.Errorf("%v does not fit a DECIMAL(%d,%d)", v, precision, scale)
		}
		return parquet.FixedLenByteArrayValue(twosComplement(n)), nil
	}}
}

// unscaled is v times ten to the power of scale, which must be whole.
func unscaled(v any, scale int) (*big.Int, error) {
	text := fmt.Sprint(v)
	// An exponent would let a short text stand for a number of any length.
	if len(text) > 128 || strings.ContainsAny(text, "eE/") {
		return nil, fmt.Errorf("%.40q is not a decimal", text)
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, fmt.Errorf("%.40q is not a decimal", text)
	}
	r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
	if !r.IsInt() {
		return nil, fmt.Errorf("%s has more than %d decimals", text, scale)
	}
	return r.Num(), nil
}

func twosComplement(n *big.Int) []byte {
	if n.Sign() < 0 {
		n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return n.FillBytes(make([]byte, 16))
}

func toText(v any) (parquet.Value, error) {
	if s, ok := v.(string); ok {
		return parquet.ByteArrayValue([]byte(s)), nil
	}
	if n, ok := v.(json.Number); ok {
		return parquet.ByteArrayValue([]byte(n.String())), nil
	}
	line, err := json.Marshal(v)
	return parquet.ByteArrayValue(line), err
}

func toBool(v any) (parquet.Value, error) {
	b, ok := v.(bool)
	if !ok {
		return parquet.Value{}, fmt.Errorf("%v is not a boolean", v)
	}
	return parquet.BooleanValue(b), nil
}

func toInt32(v any) (parquet.Value, error) {
	n, err := strconv.ParseInt(fmt.Sprint(v), 10, 32)
	return parquet.Int32Value(int32(n)), err
}

func toInt64(v any) (parquet.Value, error) {
	n, err := strconv.ParseInt(fmt.Sprint(v), 10, 64)
	return parquet.Int64Value(n), err
}

// toDouble takes the texts NaN, Infinity and -Infinity too.
func toDouble(v any) (parquet.Value, error) {
	f, err := strconv.ParseFloat(fmt.Sprint(v), 64)
	return parquet.DoubleValue(f), err
}

func toFloat(v any) (parquet.Value, error) {
	f, err := strconv.ParseFloat(fmt.Sprint(v), 32)
	return parquet.FloatValue(float32(f)), err
}

func toDate(v any) (parquet.Value, error) {
	t, err := time.Parse(time.DateOnly, fmt.Sprint(v))
	return parquet.Int32Value(int32(t.Unix() / 86_400)), err //nolint:gosec // a four-digit year is below 2^31 days
}

func toTimestamp(v any) (parquet.Value, error) {
	text := strings.Replace(fmt.Sprint(v), " ", "T", 1)
	for _, layout := range []string{"2006-01-02T15:04:05.999999999", time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z07"} {
		if t, err := time.Parse(layout, text); err == nil {
			return parquet.Int64Value(t.UnixMicro()), nil
		}
	}
	return parquet.Value{}, fmt.Errorf("%.40q is not a timestamp", text)
}

// ordered is a group that keeps its columns in the result's order; the library's
// own sorts them by name.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

func orderedGroup(columns []column) ordered {
	g := ordered{Group: parquet.Group{}}
	for _, c := range columns {
		g.Group[c.name] = c.node
	}
	byName := map[string]parquet.Field{}
	for _, f := range g.Group.Fields() {
		byName[f.Name()] = f
	}
	for _, c := range columns {
		g.fields = append(g.fields, byName[c.name])
	}
	return g
}

// Fields implements [parquet.Node].
func (g ordered) Fields() []parquet.Field { return g.fields }
