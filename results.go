package main

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"strings"

	"github.com/leo-analytics/leo/gateway/api"
	"github.com/leo-analytics/leo/sandboxd/executor/kubernetes"
	"github.com/leo-analytics/leo/sandboxd/executor/rootfs"
	"github.com/leo-analytics/leo/shared/bus"
	"github.com/leo-analytics/leo/shared/cache"
	"github.com/leo-analytics/leo/shared/config"
	"github.com/leo-analytics/leo/shared/fault"
)

// cacheSecretKey is where the deployment keeps what results are sealed with.
const cacheSecretKey = "result_cache.secret" //nolint:gosec // the name of an entry

// keptResults opens the result cache: in Redis where one is configured, else in
// this process. It is nil where results are not kept.
func (u *up) keptResults(ctx context.Context, b *bus.Bus) (*cache.Cache, error) {
	if !u.cfg.ResultCache {
		return nil, nil
	}
	secret, err := sharedSecret(ctx, b.KV(bus.BucketSettings), cacheSecretKey)
	if err != nil {
		return nil, err
	}
	var store cache.Store = cache.NewMemory(u.cfg.ResultCacheBytes)
	if u.cfg.RedisURL != "" {
		r, err := cache.NewRedis(redisConfig(u.cfg))
		if err != nil {
			return nil, err
		}
		u.closers = append(u.closers, r.Close)
		store = r
	}
	c, err := cache.New(cache.Config{Secret: secret, TTL: u.cfg.ResultCacheTTL, MaxValue: u.cfg.ResultCacheMax}, store, u.log)
	if err != nil {
		return nil, err
	}
	u.results = c
	u.collectors = append(u.collectors, c)
	return c, nil
}

func redisConfig(cfg config.Config) cache.RedisConfig {
	r := cache.RedisConfig{
		URL: cfg.RedisURL, Mode: cfg.RedisMode, Master: cfg.RedisMaster, Password: cfg.RedisPassword, CAFile: cfg.RedisCA,
	}
	for node := range strings.SplitSeq(cfg.RedisNodes, ",") {
		if node = strings.TrimSpace(node); node != "" {
			r.Nodes = append(r.Nodes, node)
		}
	}
	return r
}

// sharedSecret returns a secret that all processes of the deployment have in
// common, and makes it if it is the first to need one.
func sharedSecret(ctx context.Context, kv *bus.KV, key string) ([]byte, error) {
	e, err := kv.Get(ctx, key)
	if fault.CodeOf(err) != fault.NotFound {
		return e.Value, err
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, err
	}
	_, err = kv.Create(ctx, key, secret)
	if fault.CodeOf(err) == fault.Conflict { // another process was first
		e, err = kv.Get(ctx, key)
		return e.Value, err
	}
	return secret, err
}

// buildOf names the programs that compute results: those of others are not taken
// for theirs.
func buildOf(cfg config.Config) (string, error) {
	if cfg.Executor == kubernetes.Name {
		build := cfg.KubeImage + " " + version
		if cfg.Python && cfg.CachePython {
			build += " " + cfg.KubePythonImage
		}
		return build, nil
	}
	path, err := runnerPath(cfg)
	if err != nil {
		return "", err
	}
	runner, err := rootfs.OpenRunner(path)
	if err != nil {
		return "", err
	}
	build := runner.Digest()
	if cfg.Python && cfg.CachePython {
		root := cfg.PythonRoot
		if root == "" {
			root = filepath.Join(filepath.Dir(path), pythonRootName)
		}
		python, err := rootfs.Open(root)
		if err != nil {
			return "", err
		}
		build += " " + python.Digest()
	}
	return build, nil
}

// resultsCheck is the result cache's line of /readyz. Leo is ready without its
// store, too: everything is computed.
func (u *up) resultsCheck() api.Check {
	where := "in this process"
	if u.cfg.RedisURL != "" {
		where = "in Redis"
		if !u.results.Answers() {
			where = "Redis does not answer: everything is computed"
		}
	}
	return api.Check{Name: "result cache", OK: true, Detail: where}
}
