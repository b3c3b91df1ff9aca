// Package corpora gives the fuzz tests texts that nobody wrote for them: attacks
// and test suites that others collected. They are not part of the repository. The
// environment variable LEO_CORPORA names a directory that holds them; without it
// there are none, and the tests have their own seeds only.
//
// Only tests import it.
package corpora
