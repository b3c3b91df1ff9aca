package config

import (
	"net"
	"time"

	"github.com/leo-analytics/leo/shared/fault"
)

// Config is every setting of every role. Durations are written like "90s",
// sizes in bytes.
type Config struct {
	Listen   string `key:"listen" env:"LEO_LISTEN" default:"127.0.0.1:8080" doc:"Address of the HTTP API and the page. A loopback address needs no tokens; any other needs at least one."`
	Admin    string `key:"admin_listen" env:"LEO_ADMIN_LISTEN" default:"auto" doc:"Address where planner, sandboxd and syncer serve /healthz, /readyz and /metrics, without tokens: HOST:PORT, off, or auto (127.0.0.1 and port 8081, 8082 or 8083)."`
	DataDir  string `key:"data_dir" env:"LEO_DATA_DIR" default:"./data" doc:"Directory of everything Leo keeps in one-process mode, and of each role's cache."`
	Executor string `key:"executor" env:"LEO_EXECUTOR" default:"auto" doc:"Sandboxes: auto (Docker if it answers, else native), docker, native, microsandbox or kubernetes."`
	Runner   string `key:"runner" env:"LEO_RUNNER" default:"" doc:"Path of leo-runner. Default: beside the leo binary."`
	Unsafe   bool   `key:"unsafe_sandbox" env:"LEO_UNSAFE_SANDBOX" default:"false" doc:"Accept a native sandbox below the isolation floor."`

	MSB       string `key:"msb" env:"LEO_MSB" default:"msb" doc:"The msb command, for microsandbox: 0.6.16 or a later 0.6."`
	MSBKernel string `key:"msb_kernel" env:"LEO_MSB_KERNEL" default:"" doc:"The libkrunfw library for msb, where it does not find its own."`

	KubeNamespace    string `key:"kubernetes_namespace" env:"LEO_KUBERNETES_NAMESPACE" default:"" doc:"Namespace of the Jobs that are sandboxes, for kubernetes. Default: the one Leo runs in. Which cluster: that of the pod, or KUBECONFIG's."`
	KubeImage        string `key:"kubernetes_image" env:"LEO_KUBERNETES_IMAGE" default:"leo-runner" doc:"Image of SQL sandboxes, made by make images."`
	KubePythonImage  string `key:"kubernetes_python_image" env:"LEO_KUBERNETES_PYTHON_IMAGE" default:"leo-runner-python" doc:"Image of Python sandboxes, where Python is on."`
	KubeClaim        string `key:"kubernetes_claim" env:"LEO_KUBERNETES_CLAIM" default:"" doc:"Volume claim that datasets are on, which sandboxes mount one directory of."`
	KubeClaimRoot    string `key:"kubernetes_claim_root" env:"LEO_KUBERNETES_CLAIM_ROOT" default:"" doc:"Where this claim is mounted in Leo's own pod; data_dir is below it. Default: data_dir."`
	KubeNode         string `key:"kubernetes_node" env:"LEO_KUBERNETES_NODE" default:"" doc:"Node that sandboxes must run on, for a claim that other nodes cannot mount."`
	KubeRuntimeClass string `key:"kubernetes_runtime_class" env:"LEO_KUBERNETES_RUNTIME_CLASS" default:"" doc:"Runtime class of sandboxes, such as gvisor or kata. Default: the cluster's."`
	KubeNodeSelector string `key:"kubernetes_node_selector" env:"LEO_KUBERNETES_NODE_SELECTOR" default:"" doc:"Labels of the nodes that sandboxes may run on, as KEY=VALUE, separated by commas."`
	KubeTolerations  string `key:"kubernetes_tolerations" env:"LEO_KUBERNETES_TOLERATIONS" default:"" doc:"Tolerations of sandboxes, as a JSON list of what a pod has."`
	KubeAccount      string `key:"kubernetes_service_account" env:"LEO_KUBERNETES_SERVICE_ACCOUNT" default:"" doc:"Service account of sandboxes, which get no token of it. Default: default."`
	KubePullSecrets  string `key:"kubernetes_pull_secrets" env:"LEO_KUBERNETES_PULL_SECRETS" default:"" doc:"Secrets that images are pulled with, separated by commas."`
	KubeOwner        string `key:"kubernetes_owner" env:"LEO_KUBERNETES_OWNER" default:"" doc:"Pod that Leo runs in, as NAME/UID: its sandboxes are removed with it."`

	Python     bool   `key:"python" env:"LEO_PYTHON" default:"off" doc:"Accept Python (on or off). It runs in the same sandboxes as SQL, with numpy and pandas."`
	PythonRoot string `key:"python_root" env:"LEO_PYTHON_ROOT" default:"" doc:"Root file system of Python sandboxes, a tar made by make images. Default: leo-python.tar beside the leo binary."`

	WarmSandboxes int           `key:"warm_sandboxes" env:"LEO_WARM_SANDBOXES" default:"0" doc:"Sandboxes that may wait, with their dataset open, for a run. 0: four for each CPU, at least 8; -1: none."`
	WarmBytes     int64         `key:"warm_bytes" env:"LEO_WARM_BYTES" default:"1073741824" doc:"Memory of sandboxes that wait."`
	WarmFor       time.Duration `key:"warm_for" env:"LEO_WARM_FOR" default:"15m" doc:"How long sandboxes are kept for a dataset nobody asks about."`

	Planner       string        `key:"planner" env:"LEO_PLANNER" default:"auto" doc:"Who plans questions: rules, model, or auto (the rules where they are sure, else the model if one is configured)."`
	Model         string        `key:"model" env:"LEO_MODEL" default:"" doc:"Name of the language model. Empty: none is used."`
	OpenAIBaseURL string        `key:"openai_base_url" env:"OPENAI_BASE_URL" default:"" doc:"OpenAI-compatible endpoint of the model, such as http://127.0.0.1:11434/v1. Default: OpenAI's own."`
	OpenAIAPIKey  string        `key:"openai_api_key" env:"OPENAI_API_KEY" default:"" secret:"true" doc:"Key for the endpoint, where it asks for one."`
	ModelTimeout  time.Duration `key:"model_timeout" env:"LEO_MODEL_TIMEOUT" default:"1m" doc:"How long one request to the model may take."`
	ModelTime     time.Duration `key:"model_time" env:"LEO_MODEL_TIME" default:"2m" doc:"How long a run may wait for the model, all its steps together."`
	ModelTokens   int           `key:"model_tokens" env:"LEO_MODEL_TOKENS" default:"60000" doc:"Tokens a run may use, in both directions, all its steps together."`
	ModelPriceIn  float64       `key:"model_price_in" env:"LEO_MODEL_PRICE_IN" default:"0" doc:"Price of a million tokens sent to the model, in USD."`
	ModelPriceOut float64       `key:"model_price_out" env:"LEO_MODEL_PRICE_OUT" default:"0" doc:"Price of a million tokens the model writes, in USD."`

	NATSURL      string `key:"nats_url" env:"LEO_NATS_URL" default:"" doc:"NATS server of the separate roles, such as nats://host:4222. One-process mode runs its own."`
	NATSUser     string `key:"nats_username" env:"LEO_NATS_USERNAME" default:"" doc:"User for NATS."`
	NATSPassword string `key:"nats_password" env:"LEO_NATS_PASSWORD" default:"" secret:"true" doc:"Password for NATS."`
	NATSCreds    string `key:"nats_credentials" env:"LEO_NATS_CREDENTIALS" default:"" doc:"NATS credentials file, instead of user and password."`
	NATSCA       string `key:"nats_ca" env:"LEO_NATS_CA" default:"" doc:"PEM file of the authority that signs the NATS server's certificate."`
	Replicas     int    `key:"replicas" env:"LEO_REPLICAS" default:"1" doc:"Replicas of the event log: 1, 3 or 5."`
	SyncAlways   bool   `key:"sync_always" env:"LEO_SYNC_ALWAYS" default:"false" doc:"One-process mode: flush every event to disk before it is acknowledged, instead of every 200 ms."`

	ArchiveDir   string `key:"archive_dir" env:"LEO_ARCHIVE_DIR" default:"" doc:"Directory in which the syncer, or the one process, keeps every event for good, in files that prove what they hold; a gateway that can read it finds there what the log has no more. Empty: events are kept for as long as the log keeps them."`
	ArchiveBytes int64  `key:"archive_segment_bytes" env:"LEO_ARCHIVE_SEGMENT_BYTES" default:"67108864" doc:"Size at which a file of the archive is compressed and the next one begun."`

	ResultCache      bool          `key:"result_cache" env:"LEO_RESULT_CACHE" default:"on" doc:"Answer a statement that ran before, over the same version of the data, with what it returned then (on or off)."`
	ResultCacheTTL   time.Duration `key:"result_cache_ttl" env:"LEO_RESULT_CACHE_TTL" default:"24h" doc:"How long results are kept for that."`
	ResultCacheBytes int64         `key:"result_cache_bytes" env:"LEO_RESULT_CACHE_BYTES" default:"134217728" doc:"Memory of results kept in the process, where there is no Redis."`
	ResultCacheMax   int           `key:"result_cache_max_bytes" env:"LEO_RESULT_CACHE_MAX_BYTES" default:"4194304" doc:"Largest result that is kept."`
	CachePython      bool          `key:"result_cache_python" env:"LEO_RESULT_CACHE_PYTHON" default:"off" doc:"Keep results of Python, too (on or off), though it may read the clock or draw at random."`
	RedisURL         string        `key:"redis_url" env:"LEO_REDIS_URL" default:"" doc:"Redis that keeps results for all processes, as redis://user@host:6379/0, or rediss:// for TLS. Empty: each process keeps its own."`
	RedisPassword    string        `key:"redis_password" env:"LEO_REDIS_PASSWORD" default:"" secret:"true" doc:"Password for Redis."`
	RedisMode        string        `key:"redis_mode" env:"LEO_REDIS_MODE" default:"single" doc:"single, cluster or sentinel."`
	RedisNodes       string        `key:"redis_nodes" env:"LEO_REDIS_NODES" default:"" doc:"Further servers of the cluster, or further sentinels, as host:port, separated by commas."`
	RedisMaster      string        `key:"redis_master" env:"LEO_REDIS_MASTER" default:"" doc:"Name by which the sentinels know the server."`
	RedisCA          string        `key:"redis_ca" env:"LEO_REDIS_CA" default:"" doc:"PEM file of the authority that signs the Redis server's certificate."`

	EmbeddingModel   string `key:"embedding_model" env:"LEO_EMBEDDING_MODEL" default:"" doc:"Name of the model that makes embeddings for searches of the catalogue. Empty: searches compare words alone."`
	EmbeddingBaseURL string `key:"embedding_base_url" env:"LEO_EMBEDDING_BASE_URL" default:"" doc:"OpenAI-compatible endpoint of the embeddings. Default: openai_base_url, with its key."`
	EmbeddingAPIKey  string `key:"embedding_api_key" env:"LEO_EMBEDDING_API_KEY" default:"" secret:"true" doc:"Key for that endpoint, where it asks for one."`
	QdrantURL        string `key:"qdrant_url" env:"LEO_QDRANT_URL" default:"" doc:"Qdrant that holds the search index for all processes: its gRPC address, as http://host:6334, or https:// for TLS. Empty: each process keeps its own."`
	QdrantAPIKey     string `key:"qdrant_api_key" env:"LEO_QDRANT_API_KEY" default:"" secret:"true" doc:"API key for Qdrant."`
	QdrantCA         string `key:"qdrant_ca" env:"LEO_QDRANT_CA" default:"" doc:"PEM file of the authority that signs Qdrant's certificate."`
	QdrantPrefix     string `key:"qdrant_prefix" env:"LEO_QDRANT_PREFIX" default:"leo" doc:"How the names of Leo's collections begin; deployments that share a Qdrant need different ones."`
	SearchBytes      int64  `key:"search_index_bytes" env:"LEO_SEARCH_INDEX_BYTES" default:"268435456" doc:"Memory of the search index in a process."`

	PlannerSlots   int           `key:"planner_slots" env:"LEO_PLANNER_SLOTS" default:"0" doc:"Requests planned at once. 0: twice the CPUs."`
	SandboxSlots   int           `key:"sandbox_slots" env:"LEO_SANDBOX_SLOTS" default:"0" doc:"Statements run at once on a node. 0: the CPUs, at least 2."`
	CacheBytes     int64         `key:"cache_bytes" env:"LEO_CACHE_BYTES" default:"10737418240" doc:"Prepared datasets kept on a node's disk."`
	SyncEvery      time.Duration `key:"sync_every" env:"LEO_SYNC_EVERY" default:"24h" doc:"How often the catalogue of a dataset is looked over though nothing changed; a minute at least. Up to a tenth later, each dataset at its own time."`
	SyncTokens     int           `key:"sync_tokens" env:"LEO_SYNC_TOKENS" default:"0" doc:"Tokens that one sync may use, in both directions, to have the model describe tables and columns that nobody described, such as 20000. 0: rules describe them."`
	MaxUpload      int64         `key:"max_upload_bytes" env:"LEO_MAX_UPLOAD_BYTES" default:"8589934592" doc:"Largest upload, all files of a dataset together."`
	MaxFile        int64         `key:"max_file_bytes" env:"LEO_MAX_FILE_BYTES" default:"0" doc:"Largest file of an upload. 0: as large as an upload may be."`
	MaxUploads     int           `key:"max_open_uploads" env:"LEO_MAX_OPEN_UPLOADS" default:"20" doc:"Unfinished uploads an organisation may have."`
	PrepareMemory  int64         `key:"prepare_memory_bytes" env:"LEO_PREPARE_MEMORY_BYTES" default:"1073741824" doc:"Memory of the sandbox that prepares a dataset, whatever the size of its files."`
	PrepareTime    time.Duration `key:"prepare_timeout" env:"LEO_PREPARE_TIMEOUT" default:"15m" doc:"Time to prepare a dataset; 10 minutes more for each GiB of its files."`
	MaxRows        int           `key:"max_rows" env:"LEO_MAX_ROWS" default:"200" doc:"Rows a run returns when it does not ask for a number; 10000 at most."`
	Timeout        time.Duration `key:"timeout" env:"LEO_TIMEOUT" default:"10s" doc:"Time a statement has when the run does not ask for one; 60s at most."`
	RunDeadline    time.Duration `key:"run_deadline" env:"LEO_RUN_DEADLINE" default:"5m" doc:"When a run that nothing has ended is ended."`
	RatePerSecond  int           `key:"rate_per_second" env:"LEO_RATE_PER_SECOND" default:"0" doc:"API requests a second a principal may make. 0: 50, or 1000 without tokens."`
	RateBurst      int           `key:"rate_burst" env:"LEO_RATE_BURST" default:"0" doc:"API requests a principal may make at once. 0: 200, or 2000 without tokens."`
	MaxInFlight    int           `key:"max_in_flight" env:"LEO_MAX_IN_FLIGHT" default:"0" doc:"Unfinished runs a user may have. 0: 50, or 1000 without tokens."`
	MaxInFlightOrg int           `key:"max_in_flight_org" env:"LEO_MAX_IN_FLIGHT_ORG" default:"0" doc:"Unfinished runs all users of an organisation may have. 0: half of max_queued."`
	MaxQueued      int           `key:"max_queued" env:"LEO_MAX_QUEUED" default:"2000" doc:"Events that may wait for a worker before new questions are refused."`
	Auth           string        `key:"auth" env:"LEO_AUTH" default:"auto" doc:"auto (no tokens on a loopback address, tokens elsewhere), local, or token (also on loopback, for a reverse proxy)."`

	FirstToken string `key:"first_token" env:"LEO_FIRST_TOKEN" default:"" secret:"true" doc:"Token of an admin that is made when nobody has a token that can be used: leo_ and 32 random bytes in the base64 of URLs. Once revoked it stays so."`

	Demo      bool   `key:"demo" env:"LEO_DEMO" default:"true" doc:"One-process mode: generate and register the demo datasets."`
	LogLevel  string `key:"log_level" env:"LEO_LOG_LEVEL" default:"info" doc:"debug, info, warn or error."`
	LogFormat string `key:"log_format" env:"LEO_LOG_FORMAT" default:"text" doc:"text or json."`

	URL   string `key:"url" env:"LEO_URL" default:"" doc:"Leo server the command line talks to. Default: the one at listen, or one of its own for the time of the command."`
	Token string `key:"token" env:"LEO_TOKEN" default:"" secret:"true" doc:"API token the command line sends."`
}

// Validate reports the first setting that makes no sense, as VALIDATION_ERROR.
// Settings that belong to one role are validated by that role.
func (c Config) Validate() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return fault.Wrap(err, fault.Validation, "The address %q is not HOST:PORT.", c.Listen).
			WithHint("Set listen, for example to 127.0.0.1:8080.")
	}
	if _, _, err := net.SplitHostPort(c.Admin); err != nil && c.Admin != "auto" && c.Admin != "off" {
		return fault.Wrap(err, fault.Validation, "The address %q is not HOST:PORT.", c.Admin).
			WithHint("Set admin_listen, for example to 127.0.0.1:8081, to auto or to off.")
	}
	if c.ArchiveBytes < 64<<10 {
		return fault.New(fault.Validation, "Files of %d bytes are too small for an archive.", c.ArchiveBytes).
			WithHint("Set archive_segment_bytes to 64 KiB or more.")
	}
	switch c.Executor {
	case "auto", "docker", "native", "microsandbox", "kubernetes":
	default:
		return fault.New(fault.Validation, "There is no executor %q.", c.Executor).WithHint("Use auto, docker, native, microsandbox or kubernetes.")
	}
	switch c.Planner {
	case "auto", "rules", "model":
	default:
		return fault.New(fault.Validation, "There is no planner %q.", c.Planner).WithHint("Use auto, rules or model.")
	}
	switch {
	case c.Planner == "model" && c.Model == "":
		return fault.New(fault.Validation, "The planner is set to model, and no model is named.").
			WithHint("Set model (LEO_MODEL), or set planner to auto.")
	case c.ModelTimeout <= 0 || c.ModelTime <= 0 || c.ModelTokens < 1000 || c.SyncTokens < 0 || c.ModelPriceIn < 0 || c.ModelPriceOut < 0:
		return fault.New(fault.Validation, "A time, price or number of tokens of the model makes no sense.").
			WithHint("Use at least 1000 tokens and positive times, or leave them out to get the defaults.")
	case c.WarmSandboxes < -1 || c.WarmBytes < 1 || c.WarmFor <= 0:
		return fault.New(fault.Validation, "The settings of warm sandboxes make no sense.").
			WithHint("Use warm_sandboxes: -1 to have none, and leave the others out to get the defaults.")
	case c.ResultCacheTTL < time.Second || c.ResultCacheBytes < 1 || c.ResultCacheMax < 1:
		return fault.New(fault.Validation, "A size or a time of the result cache is not positive.").
			WithHint("Set result_cache to off to keep no results, and leave the others out to get the defaults.")
	case c.SearchBytes < 1 || c.QdrantPrefix == "":
		return fault.New(fault.Validation, "The search index has no memory, or its collections in Qdrant no name.").
			WithHint("Leave search_index_bytes and qdrant_prefix out to get the defaults.")
	case c.DataDir == "":
		return fault.New(fault.Validation, "The data directory is empty.").WithHint("Set data_dir.")
	case c.MaxUpload < 1 || c.MaxFile < 0 || c.MaxUploads < 1 || c.PrepareMemory < 1 || c.PrepareTime <= 0 || c.CacheBytes < 1 || c.MaxRows < 1 || c.Timeout <= 0 || c.RunDeadline <= 0:
		return fault.New(fault.Validation, "A size or a time in the configuration is not positive.").
			WithHint("`leo config print` shows every setting with its default.")
	case c.RatePerSecond < 0 || c.RateBurst < 0 || c.MaxInFlight < 0 || c.MaxInFlightOrg < 0 || c.MaxQueued < 1:
		return fault.New(fault.Validation, "A rate or a number of runs in the configuration is negative.").
			WithHint("Leave them out to get the defaults.")
	}
	return nil
}

// Loopback reports whether listen can be reached from this machine only.
func (c Config) Loopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
