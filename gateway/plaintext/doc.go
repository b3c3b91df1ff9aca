// Package plaintext checks what people write beside an answer: a note, a question
// in other words. Such text is stored, copied into events and shown to others, in
// a page and in a terminal, so it may hold nothing that steers either.
package plaintext
