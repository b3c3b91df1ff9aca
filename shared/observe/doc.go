// Package observe makes the process visible: it builds the structured logger
// that every part gets passed.
//
// Logs go to standard error, one line a record. Secrets never reach it: values
// under the keys named in [Secrets] are masked whatever wrote them.
package observe
