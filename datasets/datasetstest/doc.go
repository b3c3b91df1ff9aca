// Package datasetstest gives tests of every part the demo datasets and the
// questions whose answers are known.
//
//	dir := datasetstest.CSVs(t, "support")            // the files, just generated
//	for _, q := range datasetstest.Questions(t, "support") {
//		rows := …                                     // ask q.Question, run q.Plan or q.SQL
//		if err := q.Mismatch(rows); err != nil {
//			t.Error(err)
//		}
//	}
//
// The expected rows come from SQL that was written by hand and never from the
// planner or the compiler they are used to judge; the tests of package datasets
// hold them to what the engine returns.
//
// Only tests may import it.
package datasetstest
