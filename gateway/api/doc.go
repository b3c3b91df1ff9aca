// Package api is Leo's HTTP face: the routes under /api/v1, the event streams,
// health, metrics, the API's own description, and the web app's files.
//
// Every route stands in one table ([Routes]) with its method, path, access and
// handler, and every request takes the same way:
//
//	request id ─▶ Host and Origin ─▶ who is it ─▶ may they ─▶ how often ─▶ handler ─▶ fault to JSON ─▶ figures, log
//
// A handler reads the request, calls one function of another package and encodes
// what it returned; it returns errors and never writes one. Bodies are read
// through a bound and strictly: a field the route does not know is refused by
// name. What a handler takes from Fiber is a copy (Config.Immutable), so it may
// outlive the request, as event streams do.
//
// openapi.json describes all of this, event bodies included, and is kept by hand;
// tests compare it with the route table and with the Go types.
//
// Fiber is used here and nowhere else.
package api
