// Package cache keeps results of statements, so that a question asked a hundred
// times runs once.
//
// A [Key] names everything a result depends on: the organisation, the dataset and
// the hash of its files, the statement, the engine and the limits that could cut
// it short. Whoever needs a result calls [Cache.Find]:
//
//	            ┌ a value: it was computed before, or by somebody else just now
//	Find(key) ──┤
//	            └ a [Turn]: compute it, then Keep it, or Refuse to, and End
//
// Of many callers with one key one gets the turn and the others wait, in one
// process and, through Redis, across all of them. A turn that ends without a
// result is taken over by another caller; one whose result may not be kept lets
// all others compute for themselves at once.
//
// The values are in a [Store]: in this process ([NewMemory]), or in Redis
// ([NewRedis]) for many. A store that fails or is slow costs a miss, never an
// error: each call has [Config.Timeout], and after three failures in a row the
// store is left alone for a while. Values are sealed with a secret of the
// deployment and with their key, so that what was corrupted, put under another key
// or written by somebody else is dropped and counted, not answered.
package cache
