# Every target describes itself: make help.
SHELL := /bin/bash
.DEFAULT_GOAL := help
NODE := node_modules/.bin/node
RUN := PATH="$(CURDIR)/node_modules/.bin:$$PATH"
# Scripts run on the node from package.json, so what npm says about the machine's own node does not matter.
INSTALLED := node_modules/.installed

.PHONY: help install run check test test-integration test-own-plane test-roles soak bench generate openapi golden format clean \
	image image-push deploy undeploy

help: ## Show what there is to make
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(INSTALLED): package.json package-lock.json
	@# Not npm ci: it refuses a lock that lacks the binaries of other platforms, which registries need not have.
	npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

install: $(INSTALLED) ## Install what the project needs below node_modules

run: $(INSTALLED) ## Show the main job: a local control plane, the operator, one cluster (CLUSTER=current: your own; EDITION=, PRODUCT=)
	@$(NODE) hack/run.ts

check: $(INSTALLED) ## Types, lint, layers, unused code, generated files, unit tests with coverage (under a minute)
	$(RUN) npm run --silent typecheck
	$(RUN) npm run --silent lint
	$(RUN) npm run --silent format:check
	$(RUN) npm run --silent layers
	$(RUN) npm run --silent unused
	$(RUN) npm run --silent generate:check
	$(RUN) CI=1 npm run --silent test:coverage

test: check ## Everything: check, then the integration tests on a real API server
	@$(MAKE) --no-print-directory --jobs=3 test-own-plane test-integration test-roles

# Integration tests wait more than they compute, so their parts run side by side.
test-integration test-own-plane test-roles: test-%:
	$(RUN) npm run --silent test:$*

soak: $(INSTALLED) ## The long versions of the integration tests
	$(RUN) npm run --silent test:soak

bench: $(INSTALLED) ## Measure speed and memory, and write docs/performance.md
	$(RUN) npm run --silent bundle
	@$(NODE) hack/bench.ts

generate: $(INSTALLED) ## Write the CRD and docs/reference from the components
	$(RUN) npm run --silent generate

openapi: $(INSTALLED) ## Write what the tested versions of Kubernetes know, from Go modules
	$(RUN) npm run --silent openapi

golden: $(INSTALLED) ## Write the golden files anew; read the difference
	$(RUN) npm run --silent golden

format: $(INSTALLED) ## Format all sources
	$(RUN) npm run --silent format

# REGISTRY, VERSION, CONTAINER_TOOL, BASE, NAMESPACE and WAIT come from the environment or from make's command line.
image: $(INSTALLED) ## Bundle, and build the image $REGISTRY/onecloud-operator:$VERSION (CONTAINER_TOOL=docker|podman, BASE=…)
	$(RUN) npm run --silent bundle
	@$(NODE) hack/image.ts build

image-push: image ## Build the image and push it to its registry
	@$(NODE) hack/image.ts push

deploy: $(INSTALLED) ## Put that image into the cluster of the current kubeconfig, in the place of an older operator (NAMESPACE=…)
	@$(NODE) hack/deploy.ts

undeploy: $(INSTALLED) ## Take the operator out again; the definition, the clusters and their data stay
	@$(NODE) hack/deploy.ts --remove

clean: ## Remove what was built and installed in the checkout
	rm -rf node_modules dist coverage
