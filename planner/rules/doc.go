// Package rules turns a question into query plans without a model.
//
// A [Planner] is built once for a dataset version and holds an index of its
// names and values. Planning then is five steps, each in files of its own:
//
//	text ──▶ tokens ──▶ mentions ────▶ intents ──▶ drafts ─────────▶ readings
//	         token,     tag, index,    parse_*     resolve*, join,   score,
//	         stem       generic, meaning,          build_*           policy
//	                    opposite, dates
//
// Tokens are words with their lemma, numbers read from digits and words, and
// quoted strings. A mention is a span of tokens and what it may stand for: a
// table, a column, a value of a column, a number, a period of time, a word of
// the lexicon such as "average" or "per". Linking lists all that the dataset
// supports; the longest and best candidates win, and close seconds are kept.
// Parsing gives each mention a role by its neighbours (output, group key, left side
// of a comparison, what is ranked); what finds no role is left over. A draft is one choice of candidates assembled into a plan: what is counted or
// listed, of which rows, grouped and sorted how. Scoring asks how well the
// draft explains the question: a content word that no part of the plan came
// from lowers the score sharply, and so do weak links. That raw score orders the
// readings; how sure the best one is, is learned: features.go measures a draft and
// package confidence turns the measures into the share of such readings that are
// right.
//
// What a question says of a picture rather than of the data is taken off before its
// words are tagged (draw.go, draw_bins.go): the name of a chart, what an axis is
// sorted by, bins. Words such as "color by" give the next name a place in the chart
// (draw_channels). When names are resolved, the attributes are laid out: two numbers
// as points, one number in bins, measures by their keys (draw_shape, draw_layout).
// Words that are nearly a name of the dataset are mended first (typos.go).
//
// A question may follow another. The words that point back are taken out of it
// (follow_words), the plan before is read back into terms (follow_lift), and what is
// left is read as a change to it: outputs, groups, order and limit are merged before
// names are resolved, conditions after (follow_merge). Where the change is about
// the rows of the earlier result rather than of its tables, that plan becomes a
// sub-plan (follow_over). A question is always read on its own as well, and the two
// are weighed (follow_score). A follow-up that changes nothing was not understood.
//
// A dataset of one short table is read in a second way as well, as a sheet of
// cells (sheet*.go): its questions look cells up, by parts of their text, by the
// numbers and dates in them and by the order of the rows. Where numbers, dates or
// lists stand in text that reading comes first, elsewhere the ordinary one does
// when it is sure.
//
// [Decide] is the policy on top: run the best reading, ask the person to pick
// one of a few or to confirm one, or refuse and say which words were not
// understood. A thing that is nowhere in the data (missing.go) speaks for a no. It is better
// to refuse than to answer another question than the one that was asked.
//
// Everything the planner knows of English is data: lexicon/*.txt. It knows
// nothing of any dataset but what the catalogue says, which is names, types,
// synonyms, descriptions, units, relations and value profiles. Planning is
// deterministic: same dataset version, same question, same clock, same bytes.
package rules
