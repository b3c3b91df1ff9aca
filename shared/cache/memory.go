package cache

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// Memory is a store in this process: the most recently used values, up to a
// number of bytes.
type Memory struct {
	limit int64

	mu      sync.Mutex
	used    int64                    // guarded by mu
	entries map[string]*list.Element // guarded by mu
	recent  *list.List               // of *entry, the most recent first; guarded by mu
}

type entry struct {
	id      string
	value   []byte
	expires time.Time
}

// NewMemory returns a store of at most limit bytes, keys counted.
func NewMemory(limit int64) *Memory {
	return &Memory{limit: limit, entries: map[string]*list.Element{}, recent: list.New()}
}

// Get implements [Store].
func (m *Memory) Get(_ context.Context, id string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at, ok := m.entries[id]
	if !ok {
		return nil, nil
	}
	e := at.Value.(*entry) //nolint:forcetypeassert // the list holds nothing else
	if !time.Now().Before(e.expires) {
		m.remove(at)
		return nil, nil
	}
	m.recent.MoveToFront(at)
	return e.value, nil
}

// Put implements [Store]. A value larger than the whole store is not kept.
func (m *Memory) Put(_ context.Context, id string, value []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at, ok := m.entries[id]; ok {
		m.remove(at)
	}
	e := &entry{id: id, value: value, expires: time.Now().Add(ttl)}
	if e.size() > m.limit {
		return nil
	}
	m.entries[id] = m.recent.PushFront(e)
	for m.used += e.size(); m.used > m.limit; {
		m.remove(m.recent.Back())
	}
	return nil
}

// Drop implements [Store].
func (m *Memory) Drop(_ context.Context, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if at, ok := m.entries[id]; ok {
		m.remove(at)
	}
	return nil
}

// remove forgets an element. The caller holds mu.
func (m *Memory) remove(at *list.Element) {
	e := m.recent.Remove(at).(*entry) //nolint:forcetypeassert // the list holds nothing else
	delete(m.entries, e.id)
	m.used -= e.size()
}

func (e *entry) size() int64 { return int64(len(e.id) + len(e.value)) }
