# Waybill. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export GOFLAGS ?= -buildvcs=false
TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/waybill/tools-0.8.2-1.8.0
export PATH := $(TOOLS):$(PATH)
export WAYBILL_TOOLS := $(TOOLS)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
VERSITYGW := github.com/versity/versitygw/cmd/versitygw@v1.8.0
BUILD := CGO_ENABLED=0 go build -trimpath

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

build: ## build ./waybill, one static binary
	$(BUILD) -o waybill ./cmd/waybill

demo: ## scan an invented company, check the count, say where the report lies (needs only Go)
	CGO_ENABLED=0 go run -tags lean ./cmd/waybill demo -o waybill-demo

test: servers lint ## install and start the servers the tests need, fuzz for minutes, then run every test
	.ci/fuzz 30s 3s
	CGO_ENABLED=1 go test -race -count=1 -timeout 60m ./...
	go test -count=1 -timeout 30m ./internal/census ./internal/decode # whose largest cases are smaller under -race

lint: tools ## gofmt, vet, staticcheck, go mod tidy
	@out=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$out" ] || { echo "gofmt would change:"; echo "$$out"; exit 1; }
	go vet ./...
	go vet -tags lean ./...
	staticcheck ./...
	go mod tidy -diff

servers: tools ## install PostgreSQL, MariaDB, go-mysql-server and an S3 gateway where they are missing
	@.ci/servers

tools: $(TOOLS)/staticcheck $(TOOLS)/versitygw $(TOOLS)/gms

$(TOOLS)/staticcheck:
	GOBIN=$(TOOLS) CGO_ENABLED=0 go install $(STATICCHECK)

$(TOOLS)/versitygw:
	GOBIN=$(TOOLS) CGO_ENABLED=0 go install $(VERSITYGW)

$(TOOLS)/gms: $(wildcard internal/testserver/gms/*)
	cd internal/testserver/gms && $(BUILD) -o $@ .

fuzz: ## fuzz every target for 30 seconds
	.ci/fuzz 30s

bench: servers ## measure against named rivals in the same run and print ratios
	go run ./internal/bench

accuracy: build ## score recognition against labelled data, where there is any
	.ci/accuracy

clean: ## remove what was built here
	rm -rf waybill waybill-demo waybill-report

.PHONY: help build demo test lint servers tools fuzz bench accuracy clean
