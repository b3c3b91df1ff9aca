package registry

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
)

// Mode says what becomes of the files of a session.
type Mode string

// The modes. ModeReplace makes a new version of a dataset of the session's files
// alone, ModeAdd one of the files the dataset has and the session's.
const (
	ModeNew     Mode = "new"
	ModeReplace Mode = "replace"
	ModeAdd     Mode = "add"
)

// Session is an upload on its way: the files of one dataset, each as far as it
// has come. It lives until it is completed or closed, or until [Registry.Sweep]
// finds that nobody has added to it for long.
type Session struct {
	ID    string `json:"id"`
	Org   string `json:"org"`
	User  string `json:"user"`
	Mode  Mode   `json:"mode"`
	Title string `json:"title,omitempty"`
	// DatasetID is the dataset to replace or to add to; for a new one the id it
	// should get, or empty.
	DatasetID string    `json:"dataset_id,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	// Made is the dataset version the session became; it is complete then.
	Made *PrepareTask `json:"made,omitempty"`
	// Files are in the order in which they were announced. They have records of
	// their own.
	Files []SessionFile `json:"-"`
}

// SessionFile is one file of a session.
type SessionFile struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Bytes is the length that was announced, Offset how much of it is stored.
	Bytes  int64 `json:"bytes"`
	Offset int64 `json:"offset"`
	// Fingerprint is what the client recognises the file by. It means nothing here.
	Fingerprint string `json:"fingerprint,omitempty"`
	// SHA256 is known once the file is whole.
	SHA256    string    `json:"sha256,omitempty"`
	At        int       `json:"at"` // place in the order
	UpdatedAt time.Time `json:"updated_at"`
	// Parts name the pieces stored so far; Sum is the state of the hash over them.
	Parts []string `json:"parts,omitempty"`
	Sum   []byte   `json:"sum,omitempty"`
}

// Whole reports whether every byte is there.
func (f SessionFile) Whole() bool { return f.Offset == f.Bytes }

// TouchedAt is when anybody last added to the session.
func (s *Session) TouchedAt() time.Time {
	last := s.CreatedAt
	for _, f := range s.Files {
		if f.UpdatedAt.After(last) {
			last = f.UpdatedAt
		}
	}
	return last
}

// File returns the file of that id, or nil.
func (s *Session) File(id string) *SessionFile {
	if i := slices.IndexFunc(s.Files, func(f SessionFile) bool { return f.ID == id }); i >= 0 {
		return &s.Files[i]
	}
	return nil
}

// token returns 128 random bits that may stand in a key.
func token() string { return strings.ToLower(rand.Text()) }

func sessionKey(org, id string) string { return org + "." + id }
func fileKey(org, id, file string) string {
	return org + "." + id + "." + file
}

// stem is the key below which a file's pieces are stored.
func (s *Session) stem(f SessionFile) string { return s.Org + "/" + s.ID + "/" + f.ID }

// stored is the file as a dataset's record describes it.
func (s *Session) stored(f SessionFile) catalog.File {
	return catalog.File{Name: f.Name, Bytes: f.Bytes, SHA256: f.SHA256, Object: s.stem(f), Parts: f.Parts}
}

// OpenSession begins an upload; it fills ID and CreatedAt.
func (r *Registry) OpenSession(ctx context.Context, s Session) (*Session, error) {
	s.ID, s.CreatedAt = token(), time.Now().UTC()
	value, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode upload: %w", err)
	}
	if _, err := r.sessions.Create(ctx, sessionKey(s.Org, s.ID), value); err != nil {
		return nil, err
	}
	for i, f := range s.Files {
		added, err := r.addFile(ctx, &s, f, i)
		if err != nil {
			r.CloseSession(ctx, &s)
			return nil, err
		}
		s.Files[i] = added
	}
	return &s, nil
}

// AddFile announces one more file of a session that is not complete.
func (r *Registry) AddFile(ctx context.Context, s *Session, f SessionFile) (SessionFile, error) {
	at := 0
	for _, other := range s.Files {
		at = max(at, other.At+1)
	}
	return r.addFile(ctx, s, f, at)
}

func (r *Registry) addFile(ctx context.Context, s *Session, f SessionFile, at int) (SessionFile, error) {
	f = SessionFile{
		ID: token(), Name: BaseName(f.Name), Bytes: f.Bytes, Fingerprint: f.Fingerprint, At: at, UpdatedAt: time.Now().UTC(),
	}
	value, err := json.Marshal(f)
	if err != nil {
		return f, fmt.Errorf("encode file of upload: %w", err)
	}
	_, err = r.sessions.Create(ctx, fileKey(s.Org, s.ID, f.ID), value)
	return f, err
}

// Session returns one session with its files, or NOT_FOUND.
func (r *Registry) Session(ctx context.Context, org, id string) (*Session, error) {
	if !ValidID(id) {
		return nil, noSession()
	}
	entries, err := r.sessions.List(ctx, sessionKey(org, id))
	if err != nil {
		return nil, err
	}
	list, err := sessionsOf(entries)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if s.ID == id {
			return s, nil
		}
	}
	return nil, noSession()
}

func noSession() error {
	return fault.New(fault.NotFound, "There is no such upload.").
		WithHint("It was cancelled, or nobody added to it for a day. Choose the files again.")
}

// Sessions returns the org's sessions, the newest first; of every org when org is
// empty.
func (r *Registry) Sessions(ctx context.Context, org string) ([]*Session, error) {
	prefix := ""
	if org != "" {
		prefix = org + "."
	}
	entries, err := r.sessions.List(ctx, prefix)
	if err != nil {
		return nil, err
	}
	return sessionsOf(entries)
}

// sessionsOf puts sessions and their files together. A file without its session
// is what a closed one left: nobody sees it, and the sweep removes its pieces.
func sessionsOf(entries []bus.Entry) ([]*Session, error) {
	byKey := map[string]*Session{}
	var list []*Session
	for _, e := range entries { // sorted: a session comes before its files
		if strings.Count(e.Key, ".") == 1 {
			s := &Session{}
			if err := json.Unmarshal(e.Value, s); err != nil {
				return nil, fmt.Errorf("upload %s: %w", e.Key, err)
			}
			byKey[e.Key] = s
			list = append(list, s)
			continue
		}
		s := byKey[e.Key[:strings.LastIndexByte(e.Key, '.')]]
		if s == nil {
			continue
		}
		f, err := decodeFile(e)
		if err != nil {
			return nil, err
		}
		s.Files = append(s.Files, f)
	}
	for _, s := range list {
		slices.SortFunc(s.Files, func(a, b SessionFile) int { return a.At - b.At })
	}
	slices.SortFunc(list, func(a, b *Session) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return list, nil
}

func decodeFile(e bus.Entry) (SessionFile, error) {
	var f SessionFile
	if err := json.Unmarshal(e.Value, &f); err != nil {
		return f, fmt.Errorf("file of upload %s: %w", e.Key, err)
	}
	return f, nil
}

// DropFile takes a file out of a session and removes what is stored of it.
func (r *Registry) DropFile(ctx context.Context, s *Session, f SessionFile) error {
	if err := r.sessions.Delete(ctx, fileKey(s.Org, s.ID, f.ID)); err != nil {
		return err
	}
	r.dropFiles(ctx, s.Org, s.pieces(f))
	return nil
}

// pieces are the file as something to drop: nothing, when none of it is there.
func (s *Session) pieces(f SessionFile) []catalog.File {
	if len(f.Parts) == 0 {
		return nil
	}
	return []catalog.File{s.stored(f)}
}

// CloseSession ends a session. What it stored and no dataset uses is removed;
// errors are logged, because [Registry.Sweep] removes what is left.
func (r *Registry) CloseSession(ctx context.Context, s *Session) {
	ctx = context.WithoutCancel(ctx)
	err := r.sessions.Delete(ctx, sessionKey(s.Org, s.ID))
	var files []catalog.File
	for _, f := range s.Files {
		if err == nil && f.ID != "" {
			err = r.sessions.Delete(ctx, fileKey(s.Org, s.ID, f.ID))
		}
		files = append(files, s.pieces(f)...)
	}
	if err != nil {
		r.log.WarnContext(ctx, "closed upload left behind", "org", s.Org, "upload", s.ID, "error", err)
		return
	}
	r.dropFiles(ctx, s.Org, files)
}

// sweepSessions closes the sessions that are idle and returns the objects of the
// others.
func (r *Registry) sweepSessions(ctx context.Context, age time.Duration) (int, map[string]bool, error) {
	used := map[string]bool{}
	entries, err := r.sessions.List(ctx, "")
	if err != nil {
		return 0, used, err
	}
	list, err := sessionsOf(entries)
	if err != nil {
		return 0, used, err
	}
	n, alive := 0, map[string]bool{}
	for _, s := range list {
		if time.Since(s.TouchedAt()) >= age {
			r.CloseSession(ctx, s)
			n++
			continue
		}
		alive[sessionKey(s.Org, s.ID)] = true
		for _, f := range s.Files {
			note(used, s.pieces(f))
		}
	}
	for _, e := range entries {
		if owner := e.Key[:strings.LastIndexByte(e.Key, '.')]; strings.Count(e.Key, ".") == 2 && !alive[owner] {
			if err := r.sessions.Delete(ctx, e.Key); err != nil {
				return n, used, err
			}
		}
	}
	return n, used, nil
}
