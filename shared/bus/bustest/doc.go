// Package bustest gives tests a real bus.
//
// There is no fake: a test gets an embedded server of its own in a temporary
// directory, which starts in a few milliseconds and ends with the test.
//
//	b := bustest.New(t)                     // one server, one connection
//
//	node := bustest.Server(t)               // one server, as many connections
//	gateway, planner := node.Connect(t), node.Connect(t)
//	node.Restart(t)                         // same files, same log
//
//	nodes := bustest.Cluster(t)             // three servers, three replicas
//	b := nodes.Connect(t)
//
// Retries are quick here (see [Delays]), so that a test of a failing handler does
// not wait for minutes.
package bustest
