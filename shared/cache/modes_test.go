package cache_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/leo-analytics/leo/shared/bus/bustest"
	"github.com/leo-analytics/leo/shared/cache"
	"github.com/leo-analytics/leo/shared/cache/cachetest"
	"github.com/leo-analytics/leo/shared/fault"
)

// works puts a value through a store and finds it by another connection.
func works(t *testing.T, cfg cache.RedisConfig) {
	t.Helper()
	cfg.DialTimeout = 10 * time.Second
	connect := func() *cache.Redis {
		store, err := cache.NewRedis(cfg)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return store
	}
	first := connect()
	bustest.Eventually(t, "redis answers", func() bool { return first.Ping(t.Context()) == nil })
	put(t, open(t, first), key("SELECT 1"), "one")
	second := open(t, connect())
	if got := find(t, second, key("SELECT 1")); got != "one" {
		t.Errorf("found %q", got)
	}
	if s := second.Stats(); s.Hits != 1 || !second.Answers() {
		t.Errorf("%+v", s)
	}
}

func TestRedisMayBeACluster(t *testing.T) {
	server := cachetest.Redis(t, "--cluster-enabled", "yes")
	if got := server.Do(t, "CLUSTER ADDSLOTSRANGE 0 16383"); got != "+OK" {
		t.Fatal(got)
	}
	bustest.Eventually(t, "the cluster has formed", func() bool {
		return strings.HasPrefix(server.Do(t, "SET formed yes"), "+OK")
	})
	works(t, cache.RedisConfig{URL: server.URL(), Mode: cache.Cluster})
}

func TestRedisMayBeFoundBySentinels(t *testing.T) {
	server := cachetest.Redis(t)
	sentinel := cachetest.Sentinel(t, server, "leo-results")
	works(t, cache.RedisConfig{URL: sentinel.URL(), Mode: cache.Sentinel, Master: "leo-results"})
}

// TestAUserWithFewRightsIsEnough has the rights that the operator's guide names.
func TestAUserWithFewRightsIsEnough(t *testing.T) {
	server := cachetest.Redis(t)
	rights := "ACL SETUSER leo on >hunter2hunter2 ~leo:result:* +get +set +del +ping +client +hello"
	if got := server.Do(t, rights); got != "+OK" {
		t.Fatal(got)
	}
	if got := server.Do(t, "ACL SETUSER default off"); got != "+OK" {
		t.Fatal(got)
	}
	works(t, cache.RedisConfig{URL: "redis://leo@" + server.Addr() + "/0", Password: "hunter2hunter2"})
}

func TestRedisMaySpeakTLS(t *testing.T) {
	certificate, privateKey := selfSigned(t)
	server := cachetest.Secure(t, certificate, privateKey)
	works(t, cache.RedisConfig{URL: "rediss://" + server.Addr(), CAFile: certificate})
	// Nobody vouches for that server here.
	stranger, err := cache.NewRedis(cache.RedisConfig{URL: "rediss://" + server.Addr(), DialTimeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stranger.Close() }()
	if err := stranger.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v", err)
	}
}

// selfSigned writes a certificate of the loopback address and its key.
func selfSigned(t *testing.T) (certificate, privateKey string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "redis"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	certificate, privateKey = filepath.Join(dir, "redis.crt"), filepath.Join(dir, "redis.key")
	for file, block := range map[string]*pem.Block{
		certificate: {Type: "CERTIFICATE", Bytes: der}, privateKey: {Type: "PRIVATE KEY", Bytes: encoded},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, privateKey
}

func TestBadSettingsOfRedisAreSaid(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for what, cfg := range map[string]cache.RedisConfig{
		"an address":      {URL: "http://user:hunter2@example.com"},
		"nothing":         {},
		"a mode":          {URL: "redis://127.0.0.1", Mode: "many"},
		"nodes of one":    {URL: "redis://127.0.0.1", Nodes: []string{"127.0.0.1:1"}},
		"no master":       {URL: "redis://127.0.0.1", Mode: cache.Sentinel},
		"CA without TLS":  {URL: "redis://127.0.0.1", CAFile: empty},
		"an empty CA":     {URL: "rediss://127.0.0.1", CAFile: empty},
		"a CA not there":  {URL: "rediss://127.0.0.1", CAFile: empty + "x"},
		"a database name": {URL: "redis://127.0.0.1/results"},
	} {
		_, err := cache.NewRedis(cfg)
		f := fault.From(err)
		if err == nil || f.Code != fault.Validation || f.Hint == "" || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v", what, err)
		}
	}
}
