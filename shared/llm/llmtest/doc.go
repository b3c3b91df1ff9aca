// Package llmtest is a language model for tests: a server on the loopback address
// that speaks OpenAI's chat completions and says what a test wants it to say.
//
// [Serve] answers from a script, one [Reply] a request, including everything a
// real server gets wrong: overload, half streams, garbage, silence. [ServeFunc]
// decides by the conversation, which is how a model is written that looks at
// results, or one that obeys whatever text it is shown.
//
// [Replay] answers from files. Each holds one response and is named by a hash over
// the canonical form of its request, so that a change of a prompt, a tool or a
// schema fails the test, naming what was asked, until somebody has recorded anew
// with -record against an endpoint.
package llmtest
