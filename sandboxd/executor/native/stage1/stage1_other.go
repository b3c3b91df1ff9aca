//go:build !linux

package stage1

import (
	"fmt"
	"os"
)

// ExitFailed is the status of a sandbox that could not be built.
const ExitFailed = 125

// Main always fails: native sandboxes exist on Linux only.
func Main(_ []string) int {
	fmt.Fprintf(os.Stderr, "%s: native sandboxes need Linux\n", Command)
	return ExitFailed
}
