//go:build !linux

package probe

// orders answer that there are no sandboxes on this system to be probed.
func (prober) orders() map[string]func(args []string) ([]Row, error) {
	all := map[string]func(args []string) ([]Row, error){"flood": flood}
	for _, name := range []string{"network", "read", "write", "programs", "rights", "visible", "limits", "memory", "threads", "wedge"} {
		all[name] = func([]string) ([]Row, error) { return []Row{{name, Unsupported, "this system has no sandboxes"}}, nil }
	}
	return all
}
