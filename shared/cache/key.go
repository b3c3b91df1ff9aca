package cache

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
)

// Key is everything a result depends on.
type Key struct {
	Org string
	// Dataset is an id, and Version the SHA-256 of the dataset's files in
	// hexadecimal.
	Dataset, Version string
	// Statement is the text that runs, its parameters in it; Counts is the one
	// beside it, if any. Tables are what they may read.
	Statement, Counts string
	Tables            []string
	// Dialect names the language, the engine and the rules it is run under.
	Dialect string
	// Rows and Bytes are the limits that cut a result short.
	Rows, Bytes int
}

// prefix is in front of every name in a store that others use, too.
const prefix = "leo:result:"

// id is the key's name in a store. The organisation and the version can be read
// from it, so that a store can be told who may read what; the braces keep what
// belongs to one key on one server of a cluster.
func (k Key) id() string {
	h := sha256.New()
	text := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	tables := slices.Sorted(slices.Values(k.Tables))
	for _, s := range slices.Concat([]string{k.Org, k.Dataset, k.Version, k.Statement, k.Counts, k.Dialect}, tables) {
		text(s)
	}
	var limits [16]byte
	binary.BigEndian.PutUint64(limits[:8], uint64(max(0, k.Rows)))
	binary.BigEndian.PutUint64(limits[8:], uint64(max(0, k.Bytes)))
	h.Write(limits[:])
	return prefix + k.Org + ":{" + k.Version + ":" + hex.EncodeToString(h.Sum(nil)) + "}"
}
