package vector

import (
	"slices"
	"sync"
)

// vectors are what a point or a query is compared by.
type vectors struct {
	sparse Sparse
	dense  []float32 // of length 1 or nil
}

// stored is a point with its vectors.
type stored struct {
	Point
	vectors
	prose string // what is embedded; empty once it is kept
	said  uint64 // its hash
}

// want is a query with its vectors.
type want struct {
	Query
	vectors
}

// part names a partition: nothing ever looks at two.
type part struct {
	org  string
	kind Kind
}

// partition is all points of one org and kind.
type partition struct {
	groups map[string]*group
	df     map[uint32]int // how many points have a term
	n      int
}

// group is the points of one dataset.
type group struct {
	points map[string]stored
	stamp  string
	bytes  int64
	used   uint64
}

// memory keeps points in this process, up to a number of bytes: beyond it, groups
// that were not used for longest go. It may be used by several goroutines at once.
type memory struct {
	max int64

	mu    sync.Mutex // guards the rest
	parts map[part]*partition
	bytes int64
	clock uint64
}

func newMemory(limit int64) *memory { return &memory{max: limit, parts: map[part]*partition{}} }

// overhead is about what a point and a term take beside their bytes.
const (
	pointOverhead = 400
	termBytes     = 8
)

func (s stored) size() int64 {
	n := pointOverhead + len(s.Key) + len(s.Group) + termBytes*len(s.sparse.Terms) + 4*len(s.dense)
	for k, v := range s.Payload {
		n += len(k) + len(v)
	}
	return int64(n)
}

// stamped reports whether a group is what the stamp says.
func (m *memory) stamped(org string, kind Kind, name, stamp string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.parts[part{org, kind}]
	if p == nil || p.groups[name] == nil || p.groups[name].stamp != stamp {
		return false
	}
	m.touch(p.groups[name])
	return true
}

// refresh is replace for points without dense vectors: those that were there stay,
// where the text is the same.
func (m *memory) refresh(org string, kind Kind, name, stamp string, points []stored) {
	m.recall(org, kind, points)
	m.replace(org, kind, name, stamp, points)
}

// recall gives points the dense vectors that are here for the same texts.
func (m *memory) recall(org string, kind Kind, points []stored) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.parts[part{org, kind}]
	if p == nil {
		return
	}
	for i, s := range points {
		if g := p.groups[s.Group]; g != nil && g.points[s.Key].said == s.said {
			points[i].dense = g.points[s.Key].dense
		}
	}
}

// replace makes a group consist of these points.
func (m *memory) replace(org string, kind Kind, name, stamp string, points []stored) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.removeGroup(part{org, kind}, name)
	for _, s := range points {
		m.add(part{org, kind}, s)
	}
	if p := m.parts[part{org, kind}]; p != nil && p.groups[name] != nil {
		p.groups[name].stamp = stamp
	}
	m.shrink()
}

func (m *memory) put(org string, kind Kind, points []stored) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range points {
		m.remove(part{org, kind}, s.Key)
		m.add(part{org, kind}, s)
	}
	m.shrink()
}

func (m *memory) drop(org string, kind Kind, keys []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range keys {
		m.remove(part{org, kind}, k)
	}
}

func (m *memory) dropGroup(org string, kind Kind, name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.removeGroup(part{org, kind}, name)
}

func (m *memory) touch(g *group) {
	m.clock++
	g.used = m.clock
}

func (m *memory) add(at part, s stored) {
	p := m.parts[at]
	if p == nil {
		p = &partition{groups: map[string]*group{}, df: map[uint32]int{}}
		m.parts[at] = p
	}
	g := p.groups[s.Group]
	if g == nil {
		g = &group{points: map[string]stored{}}
		p.groups[s.Group] = g
	}
	s.prose = ""
	m.touch(g)
	if old, ok := g.points[s.Key]; ok {
		m.forget(p, g, old)
	}
	g.points[s.Key] = s
	g.bytes += s.size()
	m.bytes += s.size()
	p.n++
	for _, t := range s.sparse.Terms {
		p.df[t]++
	}
}

// forget takes a point out of its group and partition, which stay.
func (m *memory) forget(p *partition, g *group, s stored) {
	delete(g.points, s.Key)
	g.stamp = ""
	g.bytes -= s.size()
	m.bytes -= s.size()
	p.n--
	for _, t := range s.sparse.Terms {
		if p.df[t]--; p.df[t] == 0 {
			delete(p.df, t)
		}
	}
}

func (m *memory) remove(at part, key string) {
	p := m.parts[at]
	if p == nil {
		return
	}
	for name, g := range p.groups {
		if s, ok := g.points[key]; ok {
			m.forget(p, g, s)
			m.tidy(at, name)
		}
	}
}

func (m *memory) removeGroup(at part, name string) {
	p := m.parts[at]
	if p == nil || p.groups[name] == nil {
		return
	}
	for _, s := range p.groups[name].points {
		m.forget(p, p.groups[name], s)
	}
	m.tidy(at, name)
}

// tidy lets go of what became empty.
func (m *memory) tidy(at part, name string) {
	p := m.parts[at]
	if len(p.groups[name].points) == 0 {
		delete(p.groups, name)
	}
	if len(p.groups) == 0 {
		delete(m.parts, at)
	}
}

// shrink lets go of groups until the rest fits.
func (m *memory) shrink() {
	for m.bytes > m.max {
		var oldest *group
		var at part
		var name string
		for k, p := range m.parts {
			for n, g := range p.groups {
				if oldest == nil || g.used < oldest.used {
					oldest, at, name = g, k, n
				}
			}
		}
		if oldest == nil {
			return
		}
		m.removeGroup(at, name)
	}
}

// stats returns how many points there are and what they take.
func (m *memory) stats() (points int, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.parts {
		points += p.n
	}
	return points, m.bytes
}

// find returns the best points and whether meaning counted: each half is ranked
// alone, then both are fused.
func (m *memory) find(org string, w want) (hits []Hit, dense bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.parts[part{org, w.Kind}]
	if p == nil {
		return nil, false
	}
	var all []stored
	for name, g := range p.groups {
		if w.AnyGroup || slices.Contains(w.Groups, name) {
			m.touch(g)
			for _, s := range g.points {
				all = append(all, s)
			}
		}
	}
	if w.Least > 0 {
		return copied(best(all, w.Limit, func(s stored) float64 { return atLeast(w.Least, cosine(w.dense, s.dense)) })), true
	}
	q := p.weigh(w.sparse)
	hits = best(all, w.reach(), func(s stored) float64 { return dot(q, s.sparse) })
	if w.dense != nil {
		near := best(all, w.reach(), func(s stored) float64 { return cosine(w.dense, s.dense) })
		if dense = len(near) > 0; dense {
			hits = fuse(hits, near)
		}
	}
	return copied(hits[:min(len(hits), w.Limit)]), dense
}
