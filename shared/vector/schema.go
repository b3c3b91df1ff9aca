package vector

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"github.com/leo-analytics/leo/shared/catalog"
)

// What a word of the catalogue is worth, by where it stands.
const (
	inName        = 3
	inValue       = 2
	inDescription = 1
)

// maxValues is how many frequent values a column is found by.
const maxValues = 50

// The fields of a payload of the catalogue.
const (
	DatasetField = "dataset"
	TableField   = "table"
	ColumnField  = "column"
)

// SchemaKey names a dataset (table and column empty), a table or a column.
func SchemaKey(dataset, table, column string) string {
	key := strings.Join([]string{dataset, table, column}, "\x1f")
	if len(key) > maxKey || !utf8.ValidString(key) {
		sum := sha256.Sum256([]byte(key))
		return hex.EncodeToString(sum[:])
	}
	return key
}

// Schema returns the points of a dataset: itself, its tables and its columns, with
// what people said about them. Hidden columns are left out by giving it
// [catalog.Dataset.Visible].
func Schema(d *catalog.Dataset) []Point {
	out := []Point{schemaPoint(d.ID, "", "", []Text{{d.Title, inName}, {d.ID, inName}, {d.Description, inDescription}})}
	for _, t := range d.Tables {
		out = append(out, schemaPoint(d.ID, t.Name, "", []Text{
			{t.Name, inName}, {t.Title, inName}, {strings.Join(t.Synonyms, ", "), inName}, {t.Description, inDescription},
		}))
		for i := range t.Columns {
			c := &t.Columns[i]
			texts := []Text{{c.Name, inName}, {strings.Join(c.Synonyms, ", "), inName}, {c.Description, inDescription}, {c.Unit, inDescription}}
			if c.Profile != nil && c.Type == catalog.Text {
				var values []string
				for _, v := range c.Profile.Top[:min(len(c.Profile.Top), maxValues)] {
					values = append(values, v.Value)
				}
				texts = append(texts, Text{strings.Join(values, ", "), inValue})
			}
			out = append(out, schemaPoint(d.ID, t.Name, c.Name, texts))
		}
	}
	return out
}

func schemaPoint(dataset, table, column string, texts []Text) Point {
	return Point{
		Key: SchemaKey(dataset, table, column), Group: dataset, Texts: texts,
		Payload: map[string]string{DatasetField: dataset, TableField: table, ColumnField: column},
	}
}

// Question returns the point of a question that somebody vouched for, named by the
// id of its verified answer.
func Question(id, dataset, text string) Point {
	return Point{Key: id, Group: dataset, Texts: []Text{{Text: text}}}
}
