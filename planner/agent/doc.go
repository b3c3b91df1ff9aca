// Package agent lets a language model plan: it asks tools about the data, writes
// a plan (or SQL, or Python), looks at the result, and tells what it found.
//
// [Agent.Next] takes a run as far as its next statement or its answer:
//
//	question ─▶ model ─▶ list_datasets, get_dataset_schema, ─┐
//	              ▲      search_catalog, get_run_status      │ answered here
//	              └──────────────────────────────────────────┘
//	            model ─▶ execute_query_plan, execute_sql, ───▶ checked; if it passes,
//	              ▲      execute_python                        Next returns it
//	              └── what is wrong with it, at most MaxRepairs times in a run
//
// The caller appends what Next returned to the run's events, has it executed in a
// sandbox, and calls Next again with one more [Step]. The conversation is rebuilt
// from the events each time: they hold what the model wrote, and what its tools
// answered is computed again from the catalogue and the results. So any worker can
// go on where another one died.
//
// # What a model may do
//
// Nothing but what the tools take: names of this dataset's tables, search words,
// a statement. There is no field for limits, other datasets or the sandbox, and a
// call with a field too many is refused and counted. Plans go through the checks
// that a person's plan goes through; SQL and Python through the policies in the
// sandbox. The text it ends with is told only if the result vouches for it, which
// the caller sees to.
//
// # What a model is shown
//
// The question, and what was said before it. Of the catalogue the tables and
// columns that a lexical search finds, within a budget of tokens, and what it
// asks for. Of results the first rows. All of it but the instructions is data that
// somebody else wrote (column names, descriptions, cells, earlier questions): it
// stands as JSON between <data> marks that it cannot contain, cut to length,
// without control and invisible characters, and the instructions say that nothing
// in it is to be obeyed. That is a courtesy to honest models; the safety of Leo
// does not rest on it, and a test runs a model that obeys whatever it reads.
package agent
