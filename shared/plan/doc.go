// Package plan is the typed question: QueryPlan, version 1.
//
// A [Query] says what is wanted of a dataset, not how to compute it. Planners
// write it (by rules, by a model), people edit it as chips, the compiler turns
// it into SQL and the sentence writer into English, both deterministically.
//
//	{"version": 1, "dataset_id": "shop", "table": "orders",
//	 "select":   [{"agg": "sum", "column": "total", "as": "revenue"}],
//	 "filters":  [{"column": "status", "op": "=", "value": "shipped"},
//	              {"column": "order_date", "op": "between", "period": {"unit": "month", "last": 3}}],
//	 "group_by": [{"column": "order_date", "bucket": "month"}],
//	 "order_by": [{"by": "revenue", "direction": "desc"}],
//	 "limit": 200}
//
// # Meaning
//
// The rows of table, extended by joins, pass filters; when group_by or an
// aggregation is present they are grouped; having filters groups; windows see
// the groups; top keeps the best rows of each group; order_by sorts; limit cuts.
//
//   - The output columns are the group_by expressions that select does not
//     already list, in order, followed by select, in order. A plan with neither
//     is refused. In a grouped plan every output is made of group_by expressions
//     and aggregations; anything else is refused.
//   - A name is "column" or "table.column". An unqualified name is looked up in
//     table first and then in the joined tables; one that fits several of those
//     is refused as ambiguous. In having, order_by, top and windows, a name may
//     also be an output name ("as"), which wins. In select and group_by it may be
//     one too, but there a column wins. Case does not matter in names.
//   - The items of filters and having are connected by AND; and, or and not nest.
//   - Filters compare null the way SQL does: a null never matches, except by
//     is_null. "!=" and not_in keep that meaning.
//   - Text is compared exactly by = and in, and without case by contains,
//     startswith and endswith.
//   - A date in a filter stands for all of what it names: = "2026-07" is within
//     July, > "2026-07-14" begins on the 15th, and between includes the whole of
//     its last day, also when the column has a time of day. See [ParseMoment].
//   - A join to the many side of a relation repeats the rows it is joined to.
//     An aggregation over columns of repeated rows counts each of them once per
//     group, so that a sum of order totals stays right beside order items. Count
//     without a column counts the joined rows.
//   - limit defaults to 200. A plan that lists many columns without aggregating
//     and without a limit is refused by policy, not cut silently.
//   - Rows come in a fixed order: by order_by, then by the group_by expressions
//     (by all outputs, where joins, distinct, windows or top reorder rows that
//     are not grouped). Only plain rows of one table keep the order of the table.
//
// # Reading
//
// [Decode] is strict: a field this version does not know is a fault that names
// its path, never ignored. [Schema] holds the same shape as JSON Schema, and a
// test keeps the two equal. These spellings are accepted and made canonical:
//
//   - a string where an expression stands is a column: "select": ["status"];
//     in order_by it is a name
//   - one filter without the list around it: "filters": {"or": […]}
//   - null for an absent field
//   - closed words in any case, their parts joined by _, -, space or nothing:
//     "Not In", "starts_with", "DESC"; and "==", "<>", "is not null", "mean",
//     "average", "ascending", "descending"
//
// [Query.Validate] checks what can be checked without a catalogue; binding to a
// catalogue is the compiler's.
//
// The package is pure.
package plan
