// Package vectortest stands for what an index works with where neither can be had: a
// Qdrant server, made of the protocol's own messages, and a model of embeddings.
//
// The server is stricter than Qdrant: what does not say for which org it is, is
// refused.
package vectortest
