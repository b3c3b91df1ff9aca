package bus

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/leo-analytics/leo/shared/event"
	"github.com/leo-analytics/leo/shared/fault"
)

// The streams.
const (
	streamRuns  = "RUNS"
	streamDead  = "DEAD"
	streamTasks = "TASKS"
)

// The key-value buckets that EnsureTopology creates.
const (
	BucketDatasets    = "datasets"
	BucketCuration    = "curation" // what people said about datasets
	BucketTokens      = "tokens"
	BucketSettings    = "settings"
	BucketIdempotency = "idempotency" // entries expire after 24 h
	BucketVerified    = "verified"
	BucketTestCases   = "testcases"
	BucketThreads     = "threads" // what people call their conversations, and which they deleted
	BucketActs        = "acts"    // what people did that is no run, for the audit
	BucketIntake      = "intake"  // unfinished uploads
	BucketSyncs       = "syncs"   // how the catalogue of each dataset was kept
	BucketSnapshots   = "snapshots"
)

// The object buckets that EnsureTopology creates.
const (
	BucketUploads  = "uploads"
	BucketPrepared = "prepared"
	BucketResults  = "results" // objects expire after Config.ResultsTTL
)

const (
	// MaxEventBytes is the largest event the log takes, headers included. What is
	// larger goes to an object bucket, and the event refers to it.
	MaxEventBytes = 256 << 10

	// topologySchema counts the layouts of the streams. It is stored with the
	// log so that an old program does not take back what a newer one set up.
	topologySchema = 1
	schemaKey      = "schema"
)

// EnsureTopology creates or updates the streams and buckets. It is idempotent,
// every role calls it on start, and it is the same for an embedded server, one
// server and a cluster. It fails with fault.Conflict when the log was laid out
// by a newer Leo, and with fault.Unavailable when the server cannot be reached
// within Config.ConnectTimeout or has no room.
func (b *Bus) EnsureTopology(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, b.cfg.ConnectTimeout)
	defer cancel()
	if err := b.retry(ctx, b.checkSchema); err != nil {
		return err
	}
	if err := b.retry(ctx, b.ensureRuns); err != nil {
		return err
	}
	for _, s := range b.sideStreams() {
		err := b.retry(ctx, func(ctx context.Context) error {
			_, err := b.js.CreateOrUpdateStream(ctx, s)
			return wrapf(err, "stream %s", s.Name)
		})
		if err != nil {
			return err
		}
	}
	return b.retry(ctx, b.ensureBuckets)
}

// retry repeats an idempotent step while the server, or its cluster's leader,
// does not answer.
func (b *Bus) retry(ctx context.Context, step func(context.Context) error) error {
	for try := 0; ; try++ {
		attempt, cancel := context.WithTimeout(ctx, 3*time.Second)
		err := step(attempt)
		cancel()
		if err == nil {
			return nil
		}
		answer, refused := apiError(err)
		final := refused && answer.Code != 503 && !isForming(err) || isFull(err) || fault.CodeOf(err) == fault.Conflict
		if final || !pause(ctx, backoff(try, 50*time.Millisecond, time.Second)) {
			return translate(err, "event log")
		}
	}
}

// runsConfig describes the log of run events.
func (b *Bus) runsConfig() jetstream.StreamConfig {
	return jetstream.StreamConfig{
		Name:        streamRuns,
		Description: "Every event of every run.",
		Subjects:    []string{event.Subjects},
		Storage:     jetstream.FileStorage,
		Retention:   jetstream.LimitsPolicy,
		Discard:     jetstream.DiscardNew,
		// One message a subject for ever: an event cannot be overwritten even by
		// a writer that forgot its headers.
		MaxMsgsPerSubject:    1,
		DiscardNewPerSubject: true,
		DenyDelete:           true,
		AllowDirect:          true,
		Duplicates:           2 * time.Minute,
		MaxMsgSize:           MaxEventBytes,
		MaxBytes:             b.cfg.MaxBytes,
		MaxAge:               b.cfg.MaxAge,
		MaxConsumers:         512,
		Compression:          jetstream.S2Compression,
		Replicas:             b.cfg.Replicas,
		Metadata:             map[string]string{schemaKey: strconv.Itoa(topologySchema)},
	}
}

// ensureRuns creates the log, smaller than configured if the server has not the
// room for it.
func (b *Bus) ensureRuns(ctx context.Context) error {
	cfg := b.runsConfig()
	for try := 1; ; try++ {
		_, err := b.js.CreateOrUpdateStream(ctx, cfg)
		if err == nil || !isFull(err) || cfg.MaxBytes <= minLogBytes {
			return wrapf(err, "stream %s", cfg.Name)
		}
		// Processes that start together ask for the room at once, and the server
		// counts it twice until one of them has it.
		if try%3 != 0 && pause(ctx, backoff(try, 100*time.Millisecond, time.Second)) {
			continue
		}
		smaller := max(cfg.MaxBytes/2, minLogBytes)
		b.log.WarnContext(ctx, "the server has no room for the event log as configured", "max_bytes", cfg.MaxBytes, "trying", smaller)
		cfg.MaxBytes = smaller
	}
}

// sideStreams describes the streams beside the log.
func (b *Bus) sideStreams() []jetstream.StreamConfig {
	return []jetstream.StreamConfig{
		{
			Name:        streamDead,
			Description: "Advisories about events that no worker could handle.",
			Subjects: []string{
				advisoryMaxDeliver + "." + streamRuns + ".*",
				advisoryTerminated + "." + streamRuns + ".*",
			},
			Storage: jetstream.FileStorage, Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld,
			MaxAge: 7 * 24 * time.Hour, MaxBytes: 32 << 20, MaxConsumers: 16, Replicas: b.cfg.Replicas,
			AllowDirect: true,
		},
		{
			Name:        streamTasks,
			Description: "Work that is not a run, until it is done.",
			Subjects:    []string{taskSubjects},
			Storage:     jetstream.FileStorage, Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew,
			MaxMsgsPerSubject: 1, DiscardNewPerSubject: true,
			Duplicates: 2 * time.Minute, MaxMsgSize: MaxEventBytes, MaxBytes: 64 << 20, MaxConsumers: 64,
			Replicas: b.cfg.Replicas, AllowDirect: true,
		},
	}
}

// ensureBuckets creates the key-value and object buckets.
func (b *Bus) ensureBuckets(ctx context.Context) error {
	kvs := []jetstream.KeyValueConfig{
		{Bucket: BucketDatasets},
		{Bucket: BucketCuration},
		{Bucket: BucketTokens},
		{Bucket: BucketSettings},
		{Bucket: BucketIdempotency, TTL: 24 * time.Hour},
		{Bucket: BucketVerified},
		{Bucket: BucketTestCases},
		{Bucket: BucketThreads},
		{Bucket: BucketActs},
		{Bucket: BucketIntake},
		{Bucket: BucketSyncs},
		{Bucket: BucketSnapshots},
	}
	for _, cfg := range kvs {
		cfg.Storage, cfg.Replicas = jetstream.FileStorage, b.cfg.Replicas
		if _, err := b.js.CreateOrUpdateKeyValue(ctx, cfg); err != nil {
			return fmt.Errorf("bucket %s: %w", cfg.Bucket, err)
		}
	}
	stores := []jetstream.ObjectStoreConfig{
		{Bucket: BucketUploads},
		{Bucket: BucketPrepared},
		{Bucket: BucketResults, TTL: b.cfg.ResultsTTL},
	}
	for _, cfg := range stores {
		cfg.Storage, cfg.Replicas, cfg.MaxBytes = jetstream.FileStorage, b.cfg.Replicas, b.cfg.ObjectsMaxBytes
		if cfg.MaxBytes == 0 {
			cfg.MaxBytes = -1
		}
		if _, err := b.js.CreateOrUpdateObjectStore(ctx, cfg); err != nil {
			return fmt.Errorf("object bucket %s: %w", cfg.Bucket, err)
		}
	}
	return nil
}

// checkSchema refuses a log that a newer program laid out.
func (b *Bus) checkSchema(ctx context.Context) error {
	s, err := b.js.Stream(ctx, streamRuns)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the log's layout: %w", err)
	}
	stored, err := strconv.Atoi(s.CachedInfo().Config.Metadata[schemaKey])
	if err != nil || stored <= topologySchema {
		return nil //nolint:nilerr // a log without a readable layout number is older than the number
	}
	return fault.New(fault.Conflict, "The event log was set up by a newer Leo (layout %d, this one knows %d).", stored, topologySchema).
		WithHint("Upgrade this Leo, or point it at another NATS.")
}

// wrapf is fmt.Errorf with %w at the end, and nil for nil.
func wrapf(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), err)
}
