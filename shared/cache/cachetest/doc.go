// Package cachetest runs a real Redis for tests.
//
// [Redis] starts the machine's redis-server on a free port of the loopback
// interface, without persistence, for one test. Without that program a test is
// skipped, or fails when LEO_REQUIRE names redis.
package cachetest
