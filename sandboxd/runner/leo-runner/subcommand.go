package main

import "github.com/leo-analytics/leo/sandboxd/executor/native/stage1"

// subcommand runs what is not the runner itself: the first stage of a native
// sandbox, which builds the sandbox around this process and then becomes the
// runner by executing it again. It is checked before anything else happens.
func subcommand(args []string) (code int, ok bool) {
	if len(args) == 0 || args[0] != stage1.Command {
		return 0, false
	}
	return stage1.Main(args[1:]), true
}
