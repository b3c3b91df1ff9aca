// Package llm talks to a language model: any endpoint that speaks OpenAI's chat
// completions, whether a company's or one on the same machine.
//
// A [Client] belongs to one endpoint and one model. [Client.Chat] sends a
// conversation and the tools the model may ask for, and returns what it said:
// text, or calls of those tools. It does not run them, and it keeps nothing
// between two conversations but what it learned about the endpoint.
//
// # Dialects
//
// Servers differ in what they offer. The client begins with the most exact way to
// get a tool call and steps down when the server refuses it, once per process:
//
//	tools, strict      the server itself makes arguments fit their schema
//	tools              arguments are checked by who reads them
//	json_schema        tools are described in the prompt, the answer is one object
//	                   that names a tool, and the server makes it fit
//	json_object        likewise, and the server only sees to it that it is JSON
//	text               likewise, and the object is found in the text and repaired
//
// Repair is about spelling: fences, text around the object, trailing commas,
// Python's None, line breaks inside strings. An object that was cut off is never
// completed, because half a filter is another question.
//
// # When it does not work
//
//	closed ──BreakerAfter failures in a row──▶ open ──BreakerFor──▶ half-open
//	  ▲                                          ▲                     │
//	  └────────────── the probe succeeds ────────┼─────────────────────┤
//	                                             └── the probe fails ──┘
//
// Overload, outages, timeouts, half streams and answers that are not JSON are
// tried again with growing, jittered pauses, as long as the context's deadline
// leaves time for it and as Retry-After asks. Everything ends in a fault:
//
//	MODEL_ERROR      the endpoint refuses the request, or answers nonsense
//	RATE_LIMITED     it wants a longer pause than there is time for
//	BUDGET_EXCEEDED  the account behind the key is used up
//	UNAVAILABLE      it cannot be reached, does not answer in time, or the breaker
//	                 is open
//
// Nothing it reads is trusted: a response is limited in bytes, in tool calls, and
// in the bytes of their arguments; redirects are not followed. The key is sent
// with requests and appears nowhere else: what a server says is redacted before
// it becomes the cause of a fault.
package llm
