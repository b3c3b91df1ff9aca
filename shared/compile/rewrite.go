package compile

// rewrite returns e with every outermost part for which replace returns an
// expression replaced by it. It shares what stays the same and changes nothing
// in place.
func rewrite(e *expr, replace func(*expr) *expr) *expr {
	if e == nil {
		return nil
	}
	if r := replace(e); r != nil {
		return r
	}
	c := *e
	switch n := e.node.(type) {
	case arithmetic:
		n.left, n.right = rewrite(n.left, replace), rewrite(n.right, replace)
		c.node = n
	case difference:
		n.left, n.right = rewrite(n.left, replace), rewrite(n.right, replace)
		c.node = n
	case bucketed:
		n.of = rewrite(n.of, replace)
		c.node = n
	case parted:
		n.of = rewrite(n.of, replace)
		c.node = n
	case reading:
		n.of = rewrite(n.of, replace)
		c.node = n
	case binned:
		n.of = rewrite(n.of, replace)
		c.node = n
	case aggregate:
		n.of, n.where = rewrite(n.of, replace), rewriteConds(n.where, replace)
		c.node = n
	case *windowed:
		w := *n
		w.of = rewrite(w.of, replace)
		w.partition, w.order = rewriteAll(w.partition, replace), rewriteKeys(w.order, replace)
		c.node = &w
	case condition:
		c.node = condition{rewriteConds(n.all, replace)}
	case place:
		c.node = place{rewriteAll(n.partition, replace), rewriteKeys(n.order, replace)}
	}
	return &c
}

func rewriteAll(list []*expr, replace func(*expr) *expr) []*expr {
	out := make([]*expr, len(list))
	for i, e := range list {
		out[i] = rewrite(e, replace)
	}
	return out
}

func rewriteKeys(list []sortKey, replace func(*expr) *expr) []sortKey {
	out := make([]sortKey, len(list))
	for i, k := range list {
		out[i] = sortKey{rewrite(k.of, replace), k.desc}
	}
	return out
}

func rewriteConds(list []cond, replace func(*expr) *expr) []cond {
	out := make([]cond, len(list))
	for i, c := range list {
		out[i] = rewriteCond(c, replace)
	}
	return out
}

func rewriteCond(c cond, replace func(*expr) *expr) cond {
	switch n := c.(type) {
	case allOf:
		return allOf{rewriteConds(n.list, replace)}
	case anyOf:
		return anyOf{rewriteConds(n.list, replace)}
	case notOf:
		return notOf{rewriteCond(n.of, replace)}
	case exists:
		n.where = rewriteConds(n.where, replace)
		return n
	case compare:
		n.left, n.right = rewrite(n.left, replace), rewrite(n.right, replace)
		return n
	case within:
		n.of, n.from, n.to = rewrite(n.of, replace), rewrite(n.from, replace), rewrite(n.to, replace)
		return n
	case member:
		n.of, n.list = rewrite(n.of, replace), rewriteAll(n.list, replace)
		return n
	case match:
		n.of = rewrite(n.of, replace)
		return n
	case nullness:
		n.of = rewrite(n.of, replace)
		return n
	case holds:
		return holds{rewrite(n.of, replace)}
	}
	return c
}

// each visits e and everything inside it, outermost first; visit returns false
// to leave out what is inside.
func each(e *expr, visit func(*expr) bool) {
	rewrite(e, func(x *expr) *expr {
		if visit(x) {
			return nil
		}
		return x
	})
}

func eachInConds(list []cond, visit func(*expr) bool) {
	rewriteConds(list, func(x *expr) *expr {
		if visit(x) {
			return nil
		}
		return x
	})
}

// sourcesOf returns the sources whose columns e reads, in order of appearance.
func sourcesOf(e *expr) []*source {
	var found []*source
	each(e, func(x *expr) bool {
		switch n := x.node.(type) {
		case column:
			found = appendNew(found, n.src)
		case position:
			found = appendNew(found, n.src)
		}
		return true
	})
	return found
}

func appendNew[T comparable](list []T, v T) []T {
	for _, x := range list {
		if x == v {
			return list
		}
	}
	return append(list, v)
}
