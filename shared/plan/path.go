package plan

import (
	"strconv"
	"strings"
)

// Path is a JSON pointer (RFC 6901) into a plan: "/filters/0/column". The empty
// path is the plan itself. Faults about a plan carry one in details "path".
type Path string

// Key returns the path of a field of the object at p.
func (p Path) Key(name string) Path {
	name = strings.ReplaceAll(name, "~", "~0")
	return p + "/" + Path(strings.ReplaceAll(name, "/", "~1"))
}

// Index returns the path of an item of the list at p.
func (p Path) Index(i int) Path { return p + "/" + Path(strconv.Itoa(i)) }

// String returns the pointer, and "the plan" for the empty one, for sentences.
func (p Path) String() string {
	if p == "" {
		return "the plan"
	}
	return string(p)
}
