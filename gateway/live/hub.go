package live

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/event"
)

// Buffer is how many messages wait for a slow reader before its stream is
// closed. Notes are dropped when half of it is taken.
const Buffer = 32

// Message is one SSE event. Seq is 0 for a note.
type Message struct {
	Seq      uint64
	Name     string
	Data     []byte
	Terminal bool
}

// messageOf renders a stored event: its data is the stored line.
func messageOf(e event.Event) Message {
	return Message{Seq: e.Seq, Name: string(e.Kind()), Data: e.Raw, Terminal: e.Kind().Terminal()}
}

// Observer is told what happens in the hub. It must not block.
type Observer interface {
	// Seen is called for every event of every run, in order.
	Seen(event.Event)
	// Dropped is called when a reader was too slow: for "event" its stream was
	// closed, for "note" only the note is lost.
	Dropped(what string)
}

// Hub fans events out. Safe for concurrent use; [Hub.Run] must be running.
type Hub struct {
	bus      *bus.Bus
	observer Observer
	log      *slog.Logger
	ready    chan struct{}
	draining chan struct{}
	drain    sync.Once
	last     atomic.Uint64

	mu sync.RWMutex
	// clients by run; guarded by mu.
	clients map[address]map[*Client]struct{}
}

// address is a run; a run id alone never selects anything.
type address struct{ org, run string }

// Client is one reader of one run.
type Client struct {
	hub      *Hub
	at       address
	messages chan Message
	// overflow is closed, once, when an event did not fit.
	overflow chan struct{}
	tooSlow  sync.Once
}

// NewHub returns a hub over the bus.
func NewHub(b *bus.Bus, observer Observer, log *slog.Logger) *Hub {
	return &Hub{
		bus: b, observer: observer, log: log,
		ready: make(chan struct{}), draining: make(chan struct{}),
		clients: map[address]map[*Client]struct{}{},
	}
}

// Run follows the log from its end on until ctx ends. It fails when the log
// cannot be reached at the start.
func (h *Hub) Run(ctx context.Context) error {
	last, err := h.bus.LastSeq(ctx)
	if err != nil {
		return fmt.Errorf("live hub: %w", err)
	}
	stop, err := h.bus.Notes(ctx, h.note)
	if err != nil {
		return fmt.Errorf("live hub: %w", err)
	}
	defer stop()
	h.last.Store(last)
	close(h.ready)
	if err := h.bus.Follow(ctx, last+1, h.event); err != nil {
		return fmt.Errorf("live hub: %w", err)
	}
	return nil
}

// Last is the sequence of the newest event the hub has seen.
func (h *Hub) Last() uint64 { return h.last.Load() }

// Ready is closed when subscribers miss nothing any more.
func (h *Hub) Ready() <-chan struct{} { return h.ready }

// Draining is closed when the process is about to stop: streams end and tell
// their readers to come back.
func (h *Hub) Draining() <-chan struct{} { return h.draining }

// Drain closes Draining. It may be called more than once.
func (h *Hub) Drain() { h.drain.Do(func() { close(h.draining) }) }

// Subscribe registers a reader of one run. The caller closes it.
func (h *Hub) Subscribe(org, runID string) *Client {
	c := &Client{
		hub: h, at: address{org, runID},
		messages: make(chan Message, Buffer), overflow: make(chan struct{}),
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.clients[c.at] == nil {
		h.clients[c.at] = map[*Client]struct{}{}
	}
	h.clients[c.at][c] = struct{}{}
	return c
}

// Close forgets the reader. It may be called more than once.
func (c *Client) Close() {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	delete(c.hub.clients[c.at], c)
	if len(c.hub.clients[c.at]) == 0 {
		delete(c.hub.clients, c.at)
	}
}

// Watched returns how many readers there are.
func (h *Hub) Watched() int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	n := 0
	for _, set := range h.clients {
		n += len(set)
	}
	return n
}

func (h *Hub) event(e event.Event) error {
	h.last.Store(e.Seq)
	h.observer.Seen(e)
	m := messageOf(e)
	h.mu.RLock()
	defer h.mu.RUnlock()
	for c := range h.clients[address{e.Org, e.RunID}] {
		select {
		case c.messages <- m:
		default:
			c.tooSlow.Do(func() {
				close(c.overflow)
				h.observer.Dropped("event")
			})
		}
	}
	return nil
}

func (h *Hub) note(n bus.Note) {
	if n.Kind != bus.NoteProgress && n.Kind != bus.NoteDelta {
		return
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	set := h.clients[address{n.Org, n.RunID}]
	if len(set) == 0 {
		return
	}
	var line bytes.Buffer
	if json.Compact(&line, n.Data) != nil {
		return // not JSON: nothing a page could read
	}
	m := Message{Name: n.Kind, Data: line.Bytes()}
	for c := range set {
		// Half of the channel is kept for events. The hub is its only writer for
		// events and notes do not come in parallel, so the length can only
		// have shrunk or grown by one event since.
		if len(c.messages) >= Buffer/2 {
			h.observer.Dropped("note")
			continue
		}
		select {
		case c.messages <- m:
		default:
			h.observer.Dropped("note")
		}
	}
}
