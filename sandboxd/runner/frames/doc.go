// Package frames writes the columnar copy of a prepared dataset: the one file
// that a Python sandbox loads its data frames from, without an engine and without
// parsing a value.
//
// # Format, version 1
//
// A ZIP file, Zip64 where it must be, whose members are stored and not
// compressed. One is meta.json, the others are arrays in NumPy's .npy format 1.0
// with one dimension:
//
//	{"version": 1, "tables": [{"name": "orders", "rows": 3, "columns": [
//	   {"name": "id",   "type": "BIGINT",  "kind": "int",  "data": "t0c0.npy", "nulls": "t0c0n.npy"},
//	   {"name": "city", "type": "VARCHAR", "kind": "text", "data": "t0c1.npy", "ends": "t0c1e.npy", "codes": "t0c1k.npy"}]}]}
//
// Tables stand in the order of the catalogue, rows as they are stored. The type
// is the engine's; the kind says how its values are kept:
//
//	int       <i8, or <u8 of UBIGINT; 0 where there is none
//	float     <f8; NaN where there is none. DECIMAL and integers beyond 64 bits too
//	bool      |b1; false where there is none
//	datetime  <i8, microseconds since 1970 in UTC; the smallest int64 where there is
//	          none, for infinities, and for dates that microseconds cannot reach
//	text      every other type, as the engine writes it; BLOB in hexadecimal
//
// Of an int, bool or text column with missing values, nulls is a |b1 array with
// true where one is missing; without missing values there is none. Of a text
// column, data is the UTF-8 of its values one after the other (|u1) and ends is
// where each of them ends (<i8), counted in code points. If there are few distinct
// values ([maxDistinct], and at most half as many as rows), those are the distinct
// ones in the order they first occur, and codes is the place of each row's value
// among them (<i4), -1 where there is none. Otherwise codes is absent, and there is
// one value for each row, an empty one where it is missing.
//
// The same dataset gives the same bytes: nothing of the time or the place is in
// the file.
//
// # How it is written
//
// The members of a ZIP file are written one after the other and an array begins
// with its length, so each column is read once for each of its arrays, and no
// table, column or part of one is ever kept: what grows is the list of distinct
// texts, which is bounded. Parts in temporary files would save those reads, at the
// price of writing texts twice and needing the room for it.
//
// A failed or cancelled copy leaves no file.
package frames
