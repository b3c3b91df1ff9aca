package rules

import (
	"slices"

	"github.com/leo-analytics/leo/shared/plan"
)

// edge is a relation between two single columns: each row of from has at most
// one row of to.
type edge struct {
	from, to   ref
	declared   bool
	confidence float64
}

// step is one join of a plan.
type step struct {
	edge edge
	// down is true when the join goes from the one side to the many side, which
	// repeats rows.
	down bool
}

func (s step) source() int {
	if s.down {
		return s.edge.to.table
	}
	return s.edge.from.table
}

func (s step) target() int {
	if s.down {
		return s.edge.from.table
	}
	return s.edge.to.table
}

// path returns the cheapest way from any of the tables in reached to target. Going
// up to a parent costs less than going down; nil when there is none.
func (p *Planner) path(reached []int, target int) []step {
	type node struct {
		cost  float64
		steps []step
	}
	best := map[int]node{}
	open := []int{}
	for _, r := range reached {
		best[r] = node{}
		open = append(open, r)
	}
	for len(open) > 0 {
		slices.SortStableFunc(open, func(a, b int) int {
			switch {
			case best[a].cost < best[b].cost:
				return -1
			case best[a].cost > best[b].cost:
				return 1
			}
			return a - b
		})
		at := open[0]
		open = open[1:]
		if at == target {
			return best[at].steps
		}
		for _, s := range p.stepsFrom(at) {
			cost := best[at].cost + 1 + 0.5*(1-s.edge.confidence)
			if s.down {
				cost += 0.1
			}
			to := s.target()
			if old, seen := best[to]; seen && old.cost <= cost+1e-9 {
				continue
			}
			best[to] = node{cost, append(slices.Clone(best[at].steps), s)}
			if !slices.Contains(open, to) {
				open = append(open, to)
			}
		}
	}
	return nil
}

// measureHops fills the number of joins between every two tables, -1 where there
// is no way. Linking asks for it at every mention.
func (p *Planner) measureHops() {
	p.steps = make([][]step, len(p.tables))
	for t := range p.tables {
		p.steps[t] = p.neighbours(t)
	}
	p.hops = make([][]int, len(p.tables))
	for from := range p.tables {
		row := make([]int, len(p.tables))
		for i := range row {
			row[i] = -1
		}
		row[from] = 0
		for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
			for _, s := range p.steps[queue[0]] {
				if to := s.target(); row[to] < 0 {
					row[to] = row[queue[0]] + 1
					queue = append(queue, to)
				}
			}
		}
		p.hops[from] = row
	}
}

// stepsFrom lists the joins that start at a table.
func (p *Planner) stepsFrom(t int) []step { return p.steps[t] }

func (p *Planner) neighbours(t int) []step {
	var out []step
	for _, e := range p.edges {
		if e.from.table == e.to.table {
			continue
		}
		if e.from.table == t {
			out = append(out, step{edge: e})
		}
		if e.to.table == t {
			out = append(out, step{edge: e, down: true})
		}
	}
	return out
}

// connect joins all needed tables to main; ok is false when one cannot be
// reached.
func (p *Planner) connect(main int, needed []int) (steps []step, ok bool) {
	reached := []int{main}
	for len(needed) > 0 {
		var best []step
		pick := -1
		for i, t := range needed {
			if slices.Contains(reached, t) {
				best, pick = nil, i
				break
			}
			if path := p.path(reached, t); path != nil && (pick < 0 || len(path) < len(best)) {
				best, pick = path, i
			}
		}
		if pick < 0 {
			return nil, false
		}
		for _, s := range best {
			steps = append(steps, s)
			reached = append(reached, s.target())
		}
		needed = slices.Delete(slices.Clone(needed), pick, pick+1)
	}
	return steps, true
}

// joinPlan writes a step, always with its columns: two tables may be related in
// more than one way.
func (p *Planner) joinPlan(s step) plan.Join {
	source, target := s.edge.from, s.edge.to
	if s.down {
		source, target = target, source
	}
	return plan.Join{
		Table: p.tables[target.table].Name,
		On: []plan.OnPair{{
			Left:  p.tables[source.table].Name + "." + p.column(source).Name,
			Right: p.tables[target.table].Name + "." + p.column(target).Name,
		}},
	}
}
