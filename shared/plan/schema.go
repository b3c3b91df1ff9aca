package plan

import _ "embed"

//go:embed schema.json
var schema string

// Schema returns the JSON Schema (draft 2020-12) of a plan in its canonical
// spelling. It is closed: it refuses every field it does not list. What a schema
// cannot say well (which fields go together) is left to [Query.Validate].
func Schema() []byte { return []byte(schema) }
