// Package policy holds what is allowed: the limits of a run and the plans Leo
// refuses to run even though they are valid.
//
// Policies are decided here and nowhere else. The gateway clamps what a caller
// asks for with [Limits.Clamp]; the planner refuses plans with [CheckPlan]. A
// model never chooses a limit: it only ever sees a run whose limits were fixed
// when it was asked.
//
// The package is pure.
package policy
