# Every target CI runs is here; `make` prints them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

GO            ?= go
VERSION       ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GOLANGCI      := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
LEO_FLAGS     := -trimpath -ldflags '-s -w -X main.version=$(VERSION)'
RUNNER_FLAGS  := -trimpath -tags netgo,osusergo -ldflags '-s -w -linkmode external -extldflags "-static"'
PACKAGES      ?= ./...
TEST_TIMEOUT  ?= 25m
SBOM          := github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0
comma         := ,
# What is shown of tests in a cluster: counts, outcomes and complaints.
LIVE          := 'COUNT|installed in|^ *--- |^(ok|FAIL|PASS)|_test.go:'

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Build both binaries and start Leo on http://127.0.0.1:8080
	@exec bin/leo up $(ARGS)

.PHONY: build
build: bin/leo bin/leo-runner ## Build bin/leo and bin/leo-runner

.PHONY: bin/leo
bin/leo: web-fresh
	@echo "Building bin/leo (pure Go; the first build takes a minute or two)"
	@CGO_ENABLED=0 $(GO) build $(LEO_FLAGS) -o $@ .

.PHONY: bin/leo-runner
bin/leo-runner:
	@echo "Building bin/leo-runner (DuckDB, static; the first build downloads about 130 MB)"
	@CGO_ENABLED=1 $(GO) build $(RUNNER_FLAGS) -o $@ ./sandboxd/runner/leo-runner 2> >(grep -v -e 'statically linked applications' -e 'ld: .*: in function ' -e '^# ' >&2)

bin/leo-python.tar: deploy/python-root.sh
	@mkdir -p bin
	@deploy/python-root.sh $@

# Without Debian's tools its tests are skipped, or fail where they are required.
.PHONY: python-root
python-root:
	@$(MAKE) --no-print-directory bin/leo-python.tar || echo "There is no Python root: its tests will be skipped"

.PHONY: images
images: build python-root ## Build what sandboxes are made from, and the images of Leo as archives in bin/images
	@bin/leo images
	@$(GO) run ./deploy/images -version '$(VERSION)'

# PREFIX is the registry and path, with a slash at the end; docker login left the credentials.
.PHONY: release
release: build python-root ## Build, tag and push every image: make release TAG=1.2.0 PREFIX=REGISTRY/PATH/ (without PREFIX nothing is pushed)
	@test -n '$(TAG)' || { echo 'Say which: make release TAG=1.2.0'; exit 2; }
	@CGO_ENABLED=0 GOOS=linux GOARCH=arm64 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(TAG)' -o bin/leo-arm64 .
	@CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(TAG)' -o bin/leo .
	@for b in leo leo-runner; do $(GO) run $(SBOM) bin -json -noserial -version '$(TAG)' -output bin/$$b.cdx.json bin/$$b 2>/dev/null && echo "bin/$$b.cdx.json"; done
	@$(GO) run ./deploy/images -version '$(TAG)' $(if $(PREFIX),-prefix '$(PREFIX)' -push)
	@echo "helm install leo helm/leo --namespace leo --create-namespace --set image.tag=$(TAG),sandboxes.image.tag=$(TAG),python.image.tag=$(TAG)$(if $(PREFIX),$(comma)imagePrefix=$(PREFIX))"

# Pinned, because what it renders is compared.
bin/helm:
	@echo "Building bin/helm, which the tests of the chart use (some minutes)"
	@CGO_ENABLED=0 GOBIN='$(CURDIR)/bin' $(GO) install -trimpath -ldflags '-s -w' helm.sh/helm/v4/cmd/helm@v4.2.4

.PHONY: test-k8s
test-k8s: build bin/helm ## Test in the cluster of KUBECONFIG: sandboxes, then Leo installed by its chart (LEO_K8S_LOAD loads an image archive)
	@set -o pipefail; export LEO_REQUIRE=kubernetes,helm LEO_HELM='$(CURDIR)/bin/helm'; \
	$(GO) test -count=1 -timeout 40m -v ./sandboxd/executor/kubernetes ./helm/leo | grep -E $(LIVE) && \
	$(GO) test -count=1 -timeout 20m -v -run '^TestKubernetes$$' . | grep -E $(LIVE)

.PHONY: bench-k8s
bench-k8s: build ## Measure sandboxes in the cluster of KUBECONFIG, beside Docker's
	@LEO_REQUIRE=kubernetes,docker $(GO) test -count=1 -run '^$$' -bench . -benchtime 20x ./sandboxd/executor/kubernetes

.PHONY: web-fresh
web-fresh:
	@deploy/web-fresh.sh

.PHONY: web
web: ## Rebuild the committed web app (needs Node 20.19 or newer)
	cd web && npm ci && npm run build

.PHONY: web-check
web-check: ## Type-check, lint, test, measure and reproduce the web app (needs Node)
	cd web && npm ci --no-fund --no-audit && npm run check && npm test && npm run reproduced

.PHONY: test-deps
test-deps: ## Install what the tests can use and this machine lacks (Debian, as root)
	@deploy/test-deps.sh

.PHONY: test
test: test-deps build python-root ## Run every test
	@deploy/test.sh '$(TEST_TIMEOUT)' $(PACKAGES)

.PHONY: test-e2e
test-e2e: test-deps build python-root ## Test the page in a real browser, on the product itself (needs Node and Chromium)
	@deploy/e2e.sh $(E2E)

.PHONY: lint
lint: ## Run the linters, pinned
	$(GO) run $(GOLANGCI) run

.PHONY: fuzz
fuzz: ## Fuzz the SQL policy, the readers of files, the runner protocol and the plan decoder, a minute each
	@deploy/fuzz.sh

.PHONY: bench
bench: build python-root ## Print the benchmarks, as ratios against baselines of the same run
	@set -o pipefail; $(GO) test -run '^TestBench$$' -count=1 -timeout 20m -v . -args -bench-report | grep -v -e '^=== ' -e '^--- PASS' -e '^PASS' -e '^ok'

.PHONY: load
load: build python-root ## Print what questions, workers, organisations and watchers cost under load
	@set -o pipefail; $(GO) test -run '^TestLoad$$' -count=1 -timeout 20m -v . -args -load-report | grep -v -e '^=== ' -e '^--- PASS' -e '^PASS' -e '^ok'

CHAOS ?= -chaos-runs 20000 -chaos-kills 300

.PHONY: chaos
chaos: test-deps build ## Ask 20000 questions while processes, servers and networks fail, then look at every one
	@set -o pipefail; $(GO) test -run '^TestChaos$$' -count=1 -timeout 2h -v . -args $(CHAOS)

.PHONY: eval
eval: build ## Evaluate the planner and write docs/evaluation.md; LEO_EVAL names a directory of suites to ask as well
	@bin/leo eval document --suites '$(LEO_EVAL)' --out docs/evaluation.md --keep bin/eval

.PHONY: fmt
fmt: ## Format the Go code
	$(GO) run $(GOLANGCI) fmt

.PHONY: clean
clean: ## Remove built files; ./data stays
	rm -rf bin
