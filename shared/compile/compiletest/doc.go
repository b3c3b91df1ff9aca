// Package compiletest makes random plans for tests of the compiler.
//
// [Random] returns a plan that is valid for a dataset by construction: names
// exist, types fit, groups hold what is shown. Whatever it returns must compile,
// and what it compiles to must run. The same seed gives the same plan, so a
// failure is reproduced by its number.
package compiletest
