// Package vector finds things by what they mean: tables and columns of the
// catalogue, and questions somebody vouched for.
//
// An [Index] holds points. A [Point] has a key, a group (the dataset it is of),
// weighted texts it is found by, and a payload that comes back with a [Hit]. Every
// call names the organisation, and there is no call without one: it is part of each
// point's id, of every filter and of every partition, so that one organisation's
// search cannot reach another's points.
//
//	            ┌ lexical: word stems and character trigrams, weighted by rarity
//	Search ─────┤                                    ├── reciprocal rank fusion ── hits
//	            └ dense: the text's embedding, where an endpoint is configured
//
// Lexical vectors are made here, from the text alone: the same text has the same
// vector everywhere and always. Dense ones come from an [Embedder]. Without one, or
// while it does not answer, only the lexical half is used.
//
// The points are in this process by default, and in Qdrant where many processes
// share them. What is in the process is a copy that may be made again at any time:
// whoever holds the truth (the catalogue, the verified answers) calls [Index.Ensure]
// before searching, which costs next to nothing when the copy is of today. That copy also
// answers while Qdrant is down or slow: the person who asked gets lexical hits, not
// an error, and a figure, a log line and a check say so. Qdrant is written by the
// syncer, through [Index.Replace] and [Index.DeleteGroup], which fail when it is
// down, so that the caller tries again later.
//
// In Qdrant each [Kind] is an alias to one of several collections. A collection's
// name carries the version of the layout, the embedding model and its dimensions, so
// vectors that cannot be compared never meet. When the model changes,
// [Index.Reindex] fills a new collection while the old one answers, then moves the
// alias in one step and removes the old one.
package vector
