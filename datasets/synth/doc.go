// Package synth is the toolbox the demo datasets are made with: repeatable
// chance, curves in integers, and CSV files that appear whole or not at all.
//
// Its one promise is that the same code writes the same bytes on every
// platform and in every Go release. Three rules keep it:
//
//   - All chance comes from [Rand], a PCG seeded by the name of the table it
//     serves; bounded numbers are derived here and not by math/rand, whose
//     algorithms may change. Adding a column to one table leaves the others
//     as they were.
//   - All arithmetic is on int64, with the unit in the name or the comment
//     (cents, hundredths of a degree, permille, 1/65536 for [One]). No float
//     is ever computed, so no compiler can fuse or reorder one.
//   - Nothing reads the clock, the locale, the environment or the order of a
//     map. Times are UTC and written without a zone.
//
// A [Dir] collects the files of one dataset. Rows are streamed to temporary
// files in the target directory; [Dir.Commit] renames them all, [Dir.Discard]
// removes what is left. Memory use does not depend on the number of rows.
//
// The package knows nothing about any dataset. It is used by the generators
// beside it and by nothing else.
package synth
