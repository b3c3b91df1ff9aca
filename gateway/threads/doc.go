// Package threads renames conversations, takes them off the lists and puts them
// back on behalf of a principal. It is what the HTTP handlers call.
//
// A conversation is the runs that share a thread id, and its runs are in the log,
// which nothing changes: to delete a conversation is to hide it from the lists
// and searches of its org. Its runs can still be opened by their address, are
// exported by the audit, and come back with the conversation.
//
// What people call a conversation, and that it is hidden, is its label
// (history.Label), kept under <org>.<thread id> in the key-value bucket "threads"
// and copied into every gateway's run list. Everybody in an org sees its
// conversations, as they see its runs; who asked a conversation's first question,
// or an admin, labels it. Every change is recorded as an act (package audit)
// before it is made.
package threads
