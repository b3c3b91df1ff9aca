package vector

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/qdrant/go-client/qdrant"

	"github.com/leo-analytics/leo/shared/fault"
)

// QdrantConfig says where a server is. URL is required.
type QdrantConfig struct {
	// URL is its gRPC address, as http://host:6334, or https:// for TLS.
	URL string
	// Key is the API key, where the server asks for one.
	Key string
	// CA is a PEM file of the authority that signs its certificate. Empty: the
	// system's.
	CA string
	// Prefix starts the names of collections, so that deployments can share a
	// server. Default "leo".
	Prefix string
}

// Qdrant is a server. It is used through an [Index] alone, which always says for
// which organisation.
type Qdrant struct {
	client *qdrant.Client
	prefix string

	mu    sync.Mutex // guards the rest
	made  map[string]bool
	alive map[Kind]alias
}

// alias is where searches went when that was looked up.
type alias struct {
	collection string
	at         time.Time
}

// NewQdrant returns a client that connects when it is first used. It fails with
// VALIDATION_ERROR when the configuration makes no sense.
func NewQdrant(cfg QdrantConfig) (*Qdrant, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Path != "" && u.Path != "/" {
		return nil, fault.New(fault.Validation, "The address of Qdrant is not http://HOST:PORT or https://HOST:PORT.").
			WithHint("Set qdrant_url to its gRPC address, such as http://127.0.0.1:6334, and the key to qdrant_api_key.")
	}
	port, err := strconv.Atoi(u.Port())
	if u.Port() == "" {
		port, err = 6334, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Validation, "The port of Qdrant is not a number.").WithHint("Set qdrant_url.")
	}
	if cfg.Prefix == "" {
		cfg.Prefix = "leo"
	}
	c := &qdrant.Config{Host: u.Hostname(), Port: port, APIKey: cfg.Key, UseTLS: u.Scheme == "https", SkipCompatibilityCheck: true, PoolSize: 2}
	if net.ParseIP(c.Host) != nil && net.ParseIP(c.Host).To4() == nil {
		c.Host = "[" + c.Host + "]"
	}
	if c.UseTLS {
		if c.TLSConfig, err = trust(cfg.CA); err != nil {
			return nil, err
		}
	}
	client, err := qdrant.NewClient(c)
	if err != nil {
		return nil, fault.Wrap(err, fault.Validation, "The address of Qdrant cannot be used.").WithHint("Set qdrant_url.")
	}
	return &Qdrant{client: client, prefix: cfg.Prefix, made: map[string]bool{}, alive: map[Kind]alias{}}, nil
}

func trust(file string) (*tls.Config, error) {
	out := &tls.Config{MinVersion: tls.VersionTLS12}
	if file == "" {
		return out, nil
	}
	pem, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	out.RootCAs = x509.NewCertPool()
	if err != nil || !out.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fault.Wrap(err, fault.Validation, "The file %s has no certificate of an authority.", file).WithHint("Set qdrant_ca to a PEM file.")
	}
	return out, nil
}

// Close ends its connections.
func (s *Qdrant) Close() error { return s.client.Close() }

// What a point carries, and the names of its vectors.
const (
	fieldOrg   = "org"
	fieldGroup = "group"
	fieldKey   = "key"
	payload    = "p."
	words      = "words"
	meaning    = "meaning"
)

// id is the same for the same org, kind and key, always.
func id(org string, kind Kind, key string) *qdrant.PointId {
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("leo:"+org+"/"+string(kind)))
	return qdrant.NewIDUUID(uuid.NewSHA1(space, []byte(key)).String())
}

func ofOrg(org string) *qdrant.Filter {
	return &qdrant.Filter{Must: []*qdrant.Condition{qdrant.NewMatchKeyword(fieldOrg, org)}}
}

// put writes points into the collection of a space.
func (s *Qdrant) put(ctx context.Context, org string, kind Kind, sp space, list []stored) error {
	name := s.collection(kind, sp)
	if err := s.ensure(ctx, kind, name, sp); err != nil {
		return err
	}
	points := make([]*qdrant.PointStruct, len(list))
	for i, p := range list {
		fields := map[string]*qdrant.Value{
			fieldOrg: qdrant.NewValueString(org), fieldGroup: qdrant.NewValueString(p.Group), fieldKey: qdrant.NewValueString(p.Key),
		}
		for k, v := range p.Payload {
			fields[payload+k] = qdrant.NewValueString(v)
		}
		vectors := map[string]*qdrant.Vector{words: qdrant.NewVectorSparse(p.sparse.Terms, p.sparse.Weights)}
		if sp.dims > 0 {
			vectors[meaning] = qdrant.NewVectorDense(p.dense)
		}
		points[i] = &qdrant.PointStruct{Id: id(org, kind, p.Key), Payload: fields, Vectors: qdrant.NewVectorsMap(vectors)}
	}
	_, err := s.client.Upsert(ctx, &qdrant.UpsertPoints{CollectionName: name, Points: points, Wait: qdrant.PtrOf(true)})
	if err != nil {
		s.forget(kind, name)
	}
	return err
}

// keep removes the points of a group but for some, wherever there are any.
func (s *Qdrant) keep(ctx context.Context, org string, kind Kind, group string, keys []string) error {
	f := ofOrg(org)
	f.Must = append(f.Must, qdrant.NewMatchKeyword(fieldGroup, group))
	if len(keys) > 0 {
		ids := make([]*qdrant.PointId, len(keys))
		for i, k := range keys {
			ids[i] = id(org, kind, k)
		}
		f.MustNot = []*qdrant.Condition{qdrant.NewHasID(ids...)}
	}
	return s.remove(ctx, kind, f)
}

// drop removes points by key, wherever they are.
func (s *Qdrant) drop(ctx context.Context, org string, kind Kind, keys []string) error {
	f := ofOrg(org)
	ids := make([]*qdrant.PointId, len(keys))
	for i, k := range keys {
		ids[i] = id(org, kind, k)
	}
	f.Must = append(f.Must, qdrant.NewHasID(ids...))
	return s.remove(ctx, kind, f)
}

// remove deletes from all collections of a kind: also one that is being filled,
// and one that is about to go.
func (s *Qdrant) remove(ctx context.Context, kind Kind, f *qdrant.Filter) error {
	names, err := s.all(ctx, kind)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, err := s.client.Delete(ctx, &qdrant.DeletePoints{
			CollectionName: name, Points: qdrant.NewPointsSelectorFilter(f), Wait: qdrant.PtrOf(true),
		}); err != nil && !gone(err) {
			return err
		}
	}
	return nil
}

// find searches what the alias of the kind points to. Meaning counts where the
// vectors there compare with the query's.
func (s *Qdrant) find(ctx context.Context, org string, w want, sp space) ([]Hit, bool, error) {
	name, err := s.live(ctx, w.Kind, false)
	if err != nil || name == "" {
		return nil, false, err
	}
	f := ofOrg(org)
	if !w.AnyGroup {
		f.Must = append(f.Must, qdrant.NewMatchKeywords(fieldGroup, w.Groups...))
	}
	dense := w.dense != nil && name == s.collection(w.Kind, sp)
	q := &qdrant.QueryPoints{
		CollectionName: name, Filter: f, Limit: limit(w.Limit), WithPayload: qdrant.NewWithPayload(true),
		Query: qdrant.NewQuerySparse(w.sparse.Terms, w.sparse.Weights), Using: qdrant.PtrOf(words),
	}
	if dense {
		q.Prefetch = []*qdrant.PrefetchQuery{
			{Query: q.Query, Using: q.Using, Filter: f, Limit: limit(w.reach())},
			{Query: qdrant.NewQueryDense(w.dense), Using: qdrant.PtrOf(meaning), Filter: f, Limit: limit(w.reach()), ScoreThreshold: qdrant.PtrOf(float32(0))},
		}
		q.Query, q.Using = qdrant.NewQueryFusion(qdrant.Fusion_RRF), nil
	}
	if w.Least > 0 {
		if !dense {
			return nil, false, nil
		}
		q.Prefetch, q.Query, q.Using = nil, qdrant.NewQueryDense(w.dense), qdrant.PtrOf(meaning)
		q.ScoreThreshold = qdrant.PtrOf(float32(w.Least))
	}
	points, err := s.client.Query(ctx, q)
	if err != nil {
		s.forget(w.Kind, name)
		return nil, false, err
	}
	return hits(org, points), dense, nil
}

func limit(n int) *uint64 { return qdrant.PtrOf(uint64(max(n, 0))) }

// hits reads what was found. A point of another org would be the server's mistake,
// and is dropped.
func hits(org string, points []*qdrant.ScoredPoint) []Hit {
	var out []Hit
	for _, p := range points {
		if p.GetPayload()[fieldOrg].GetStringValue() != org {
			continue
		}
		h := Hit{Score: float64(p.GetScore()), Payload: map[string]string{}}
		for k, v := range p.GetPayload() {
			switch k {
			case fieldOrg:
			case fieldGroup:
				h.Group = v.GetStringValue()
			case fieldKey:
				h.Key = v.GetStringValue()
			default:
				h.Payload[k[min(len(payload), len(k)):]] = v.GetStringValue()
			}
		}
		out = append(out, h)
	}
	order(out)
	return out
}
