package intake

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/leo-analytics/leo/gateway/auth"
	"github.com/leo-analytics/leo/shared/catalog"
	"github.com/leo-analytics/leo/shared/fault"
	"github.com/leo-analytics/leo/shared/registry"
)

// IdleAfter is how long an upload lives that nobody adds to. The syncer removes it
// then.
const IdleAfter = 24 * time.Hour

// Config bounds uploads. Every field but Free must be set.
type Config struct {
	// MaxFile and MaxDataset bound one file and all files of a dataset, in bytes.
	MaxFile, MaxDataset int64
	// MaxOpen is how many unfinished uploads an org may have.
	MaxOpen int
	// Free says how many bytes of disk are free where uploads are kept and
	// prepared; false when that is not known. Nil: not known.
	Free func() (int64, bool)
}

// Request is what a new upload is to become.
type Request struct {
	// Mode is new, replace or add. Default: new.
	Mode registry.Mode `json:"mode,omitempty"`
	// DatasetID is required to replace or to add; a new dataset gets it as its id.
	DatasetID string `json:"dataset_id,omitempty"`
	Title     string `json:"title,omitempty"`
	// Files may also be announced later.
	Files []File `json:"files,omitempty"`
}

// File announces one file.
type File struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
	// Fingerprint is for the client, to recognise the file after a restart.
	Fingerprint string `json:"fingerprint,omitempty"`
}

// Service takes uploads in. Safe for concurrent use.
type Service struct {
	cfg      Config
	registry *registry.Registry

	// beginning is held while quotas are checked and taken.
	beginning sync.Mutex

	mu sync.Mutex // guards the maps
	// writers are the files being written, changing the uploads whose list of
	// files, or whose end, is being decided.
	writers  map[string]*writer
	changing map[string]chan struct{}
}

// New returns a service.
func New(cfg Config, r *registry.Registry) *Service {
	return &Service{cfg: cfg, registry: r, writers: map[string]*writer{}, changing: map[string]chan struct{}{}}
}

// Limits are what the files of one dataset may be: bytes of a file, and of all
// files, and how many there may be.
type Limits struct {
	MaxFileBytes int64 `json:"max_file_bytes"`
	MaxBytes     int64 `json:"max_bytes"`
	MaxFiles     int   `json:"max_files"`
}

// Limits returns the limits in force.
func (s *Service) Limits() Limits {
	return Limits{MaxFileBytes: s.cfg.MaxFile, MaxBytes: s.cfg.MaxDataset, MaxFiles: registry.MaxFiles}
}

// Begin opens an upload. Besides the quotas, faults are VALIDATION_ERROR,
// NOT_FOUND for a dataset that is not there and FORBIDDEN for one that is
// somebody else's.
func (s *Service) Begin(ctx context.Context, who auth.Principal, req Request) (*registry.Session, error) {
	if err := s.checkTarget(ctx, who, &req); err != nil {
		return nil, err
	}
	session := registry.Session{
		Org: who.Org, User: who.User, Mode: req.Mode, DatasetID: req.DatasetID, Title: strings.TrimSpace(req.Title),
	}
	for _, f := range req.Files {
		session.Files = append(session.Files, registry.SessionFile{Name: f.Name, Bytes: f.Bytes, Fingerprint: f.Fingerprint})
	}
	s.beginning.Lock()
	defer s.beginning.Unlock()
	open, err := s.open(ctx, who.Org)
	if err != nil {
		return nil, err
	}
	if n := len(open); n >= s.cfg.MaxOpen {
		return nil, fault.New(fault.RateLimited, "There are %d unfinished uploads; %d are the most.", n, s.cfg.MaxOpen).
			WithHint("Finish or cancel one of them.").With("open", n).With("retry_after_s", 30)
	}
	if err := s.checkFiles(ctx, &session, nil, req.Files); err != nil {
		return nil, err
	}
	if err := s.room(open, req.Files); err != nil {
		return nil, err
	}
	return s.registry.OpenSession(ctx, session)
}

// checkTarget refuses a dataset that cannot be replaced or added to.
func (s *Service) checkTarget(ctx context.Context, who auth.Principal, req *Request) error {
	if req.Mode == "" {
		req.Mode = registry.ModeNew
	}
	switch {
	case len(req.Title) > 200:
		return fault.New(fault.Validation, "The title is longer than 200 bytes.").WithHint("Make it shorter.").With("path", "/title")
	case req.DatasetID != "" && !registry.ValidID(req.DatasetID):
		return fault.New(fault.Validation, "This cannot be the id of a dataset.").
			WithHint("Use 1 to 64 lower-case letters, digits, '-' and '_', beginning with a letter or digit.").With("path", "/dataset_id")
	case req.Mode == registry.ModeNew:
		return nil
	case req.Mode != registry.ModeReplace && req.Mode != registry.ModeAdd:
		return fault.New(fault.Validation, "There is no such mode of an upload.").
			WithHint("The modes are new, replace and add.").With("path", "/mode")
	case req.DatasetID == "":
		return fault.New(fault.Validation, "It is not said which dataset to %s.", verb(req.Mode)).
			WithHint("Send its dataset_id.").With("path", "/dataset_id")
	}
	d, err := s.registry.Get(ctx, who.Org, req.DatasetID)
	if err != nil {
		return err
	}
	if !MayReplace(who, d) {
		return fault.New(fault.Forbidden, "The dataset %q is not yours.", d.ID).
			WithHint("Upload the files as a dataset of their own.").With("path", "/dataset_id")
	}
	return nil
}

func verb(m registry.Mode) string {
	if m == registry.ModeAdd {
		return "add to"
	}
	return "replace"
}

// MayReplace reports whether somebody may give a dataset a new version.
func MayReplace(who auth.Principal, d *catalog.Dataset) bool {
	return !d.Demo && (who.Role == auth.Admin || d.Owner == who.User)
}

// open are the org's uploads that are not complete.
func (s *Service) open(ctx context.Context, org string) ([]*registry.Session, error) {
	all, err := s.registry.Sessions(ctx, org)
	if err != nil {
		return nil, err
	}
	var open []*registry.Session
	for _, one := range all {
		if one.Made == nil && time.Since(one.TouchedAt()) < IdleAfter {
			open = append(open, one)
		}
	}
	return open, nil
}

// List returns what the principal has under way: an admin sees the org's.
func (s *Service) List(ctx context.Context, who auth.Principal) ([]*registry.Session, error) {
	open, err := s.open(ctx, who.Org)
	if err != nil {
		return nil, err
	}
	var mine []*registry.Session
	for _, one := range open {
		if one.User == who.User || who.Role == auth.Admin {
			mine = append(mine, one)
		}
	}
	return mine, nil
}

// Get returns one upload, also one that is complete; NOT_FOUND for somebody
// else's.
func (s *Service) Get(ctx context.Context, who auth.Principal, id string) (*registry.Session, error) {
	one, err := s.registry.Session(ctx, who.Org, id)
	if err != nil {
		return nil, err
	}
	if one.User != who.User && who.Role != auth.Admin {
		return nil, missing()
	}
	return one, nil
}

func missing() error {
	return fault.New(fault.NotFound, "There is no such upload.").
		WithHint("It was cancelled, or nobody added to it for a day. Choose the files again.")
}

// AddFile announces one more file.
func (s *Service) AddFile(ctx context.Context, who auth.Principal, id string, f File) (*registry.Session, registry.SessionFile, error) {
	session, release, err := s.alone(ctx, who, id)
	if err != nil {
		return nil, registry.SessionFile{}, err
	}
	defer release()
	if session.Made != nil {
		return nil, registry.SessionFile{}, complete()
	}
	s.beginning.Lock()
	defer s.beginning.Unlock()
	open, err := s.open(ctx, who.Org)
	if err != nil {
		return nil, registry.SessionFile{}, err
	}
	if err := s.checkFiles(ctx, session, session.Files, []File{f}); err != nil {
		return nil, registry.SessionFile{}, err
	}
	if err := s.room(open, []File{f}); err != nil {
		return nil, registry.SessionFile{}, err
	}
	added, err := s.registry.AddFile(ctx, session, registry.SessionFile{Name: f.Name, Bytes: f.Bytes, Fingerprint: f.Fingerprint})
	return session, added, err
}

func complete() error {
	return fault.New(fault.Conflict, "This upload is complete.").WithHint("Begin another one.")
}

// DropFile takes a file out of an upload.
func (s *Service) DropFile(ctx context.Context, who auth.Principal, id, file string) error {
	session, release, err := s.alone(ctx, who, id)
	if err != nil {
		return err
	}
	defer release()
	f := session.File(file)
	if f == nil {
		return missing()
	}
	s.stopWriter(ctx, key(session, file))
	return s.registry.DropFile(ctx, session, *f)
}

// Close ends an upload. What a complete one became stays.
func (s *Service) Close(ctx context.Context, who auth.Principal, id string) error {
	session, release, err := s.alone(ctx, who, id)
	if err != nil {
		return err
	}
	defer release()
	for _, f := range session.Files {
		s.stopWriter(ctx, key(session, f.ID))
	}
	// Writers may have added parts since it was read.
	if session, err = s.Get(ctx, who, id); err != nil {
		return err
	}
	s.registry.CloseSession(ctx, session)
	return nil
}

// Complete makes an upload a dataset version; decide names the dataset. A second
// call yields the same version.
func (s *Service) Complete(ctx context.Context, who auth.Principal, id string, decide func(*registry.Session, *registry.Upload) (catalog.Dataset, error)) (*catalog.Dataset, bool, error) {
	session, release, err := s.alone(ctx, who, id)
	if err != nil {
		return nil, false, err
	}
	defer release()
	return s.registry.Complete(ctx, session, func(up *registry.Upload) (catalog.Dataset, error) { return decide(session, up) })
}

// alone reads an upload and keeps others from changing its list of files or its
// end until it is released. It waits for whoever does so now.
func (s *Service) alone(ctx context.Context, who auth.Principal, id string) (*registry.Session, func(), error) {
	name := who.Org + "/" + id
	mine := make(chan struct{})
	for {
		s.mu.Lock()
		other := s.changing[name]
		if other == nil {
			s.changing[name] = mine
		}
		s.mu.Unlock()
		if other == nil {
			break
		}
		select {
		case <-other:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
	release := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.changing, name)
		close(mine)
	}
	session, err := s.Get(ctx, who, id)
	if err != nil {
		release()
		return nil, nil, err
	}
	return session, release, nil
}

func key(s *registry.Session, file string) string { return s.Org + "/" + s.ID + "/" + file }
