# make alone checks everything; make help lists the rest. What a target needs it
# installs itself (as root on Debian), or says what is missing.

VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null)
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.8.0
GORELEASER  := github.com/goreleaser/goreleaser/v2@v2.16.0
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME    ?= 10s
SOAK        ?= 10m
# Without gin's MessagePack, which nobody speaks here, the program is 6 MB smaller.
BUILD       := CGO_ENABLED=0 go build -trimpath -tags nomsgpack -ldflags '-s -w -X main.version=$(VERSION)'
OUT         ?= bin/captchad

# Tests of stores start these servers by themselves, and are left out without them.
SERVERS     := @./scripts/need initdb:postgresql redis-server || echo "LEFT OUT: the tests that need PostgreSQL or Redis" >&2

.DEFAULT_GOAL := check
.PHONY: help run mock build binary release package-check goreleaser-check vuln cover test race lint fuzz bench soak golden generate check clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the static binary bin/captchad
	$(BUILD) -o bin/captchad ./cmd/captchad

binary:
	@GOOS=linux GOARCH=$(GOARCH) $(BUILD) -o $(OUT) ./cmd/captchad

release: ## build for linux amd64 and arm64 into dist/, with licences and checksums
	@./scripts/need go git tar gzip
	@./scripts/release $(VERSION)

package-check: ## hold deploy/ against what reads it: image, compose, Kubernetes, systemd, nginx
	@./scripts/need go git nginx:nginx-light systemd-analyze:systemd ps:procps
	cd deploy/check && test -z "$$(gofmt -l .)" && go mod tidy -diff && go vet . && PATH="$$PATH:/usr/sbin" go test -count=1 .

goreleaser-check: ## hold .goreleaser.yaml against goreleaser itself, which takes minutes to build
	go run $(GORELEASER) check

vuln: ## look for known vulnerabilities in what is linked in
	@./scripts/vuln $(GOVULNCHECK)

cover: ## print how much of captcha/, store/ and the dialects the tests run
	@./scripts/cover

run: build ## run the server on http://127.0.0.1:7480 with the SQLite file captchad.db
	./bin/captchad

mock: build ## run it in mock mode: ready sites, readable solutions
	./bin/captchad mock

test: ## run all tests, with real clients in Node and headless Chromium
	@./scripts/need go node:nodejs npm chromium nginx:nginx-light curl
	$(SERVERS)
	go test -timeout 30m ./...

race: ## run all Go tests under the race detector
	@./scripts/need go gcc
	$(SERVERS)
	CAPTCHAD_SKIP_CLIENTS=1 CGO_ENABLED=1 go test -race ./...

lint: ## check Go and TypeScript: format, types, vet, staticcheck, go.mod
	@./scripts/need go node:nodejs npm
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	go mod tidy -diff
	cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent lint

fuzz: ## run each fuzz target for FUZZTIME (10s)
	@./scripts/fuzz $(FUZZTIME)

bench: build ## measure puzzles, the ledger, whole requests beside bare ones, and the widget
	$(SERVERS)
	go test -run '^$$' -bench . -benchmem ./...
	./bin/captchad bench --baseline --duration 500ms

soak: ## keep a server at half of its load for SOAK (10m), and see that nothing grows
	CAPTCHAD_SOAK=$(SOAK) go test ./cmd/captchad -run '^TestSoak$$' -v -timeout 1h

golden: ## draw the golden pictures anew; look at them before you commit
	go test ./captcha/puzzle/slider ./captcha/puzzle/text ./captcha/puzzle/words -run Golden -update

generate: ## bundle the browser scripts in web/dist anew
	go generate ./web

check: lint test race package-check ## what CI does, but for the fuzzing

clean: ## remove what was built
	rm -rf bin dist testdata/clients/node_modules web/node_modules
