# Totem: each target does the set-up it needs.

ARGS ?=
ARCH ?= arm64

.PHONY: help
help: ## Say what each target does
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

.PHONY: run
run: ## Start the simulator: a window, or on a machine without a display the tour (ARGS=--help shows all it can do)
	@scripts/setup run
	@mkdir -p build
	go build -o build/simulator ./cmd/simulator
	@build/simulator $(ARGS)

.PHONY: test
test: ## Check everything: vet, staticcheck, a short run of every fuzz target, all tests with the race detector; rules broken on purpose, printers at every byte, screens dot by dot and processes that are killed without it
	@scripts/setup test
	@mkdir -p build
	go vet ./...
	go tool staticcheck ./...
	scripts/fuzz 1s
	go test -race -shuffle=on -timeout 30m -skip TestABrokenPartIsNoticed ./...
	go test -run TestABrokenPartIsNoticed ./internal/rehearsal ./internal/longrun # rules broken on purpose
	go test -run 'TestWhatIsToldOfASlipLiesOnThePaperWhateverHappens|TestThePaperOfEveryModelMayEndAnywhere' ./hw/printer/escpos # at every byte
	go test -run 'TestEveryScreenIsPaintedAsItWasSeen|TestTheMainScreens|TestThePictures|TestAReaderFinds' ./ui # dot by dot
	go test ./ui/layout # every language in every size of text, in reach, mirrored
	go test ./cmd/internal/proof/grants # a cluster, schedulers, totems and citizens, killed and cut off

.PHONY: build
build: ## Build the three programs into build/
	@scripts/setup build
	@mkdir -p build
	go build -o build/ ./cmd/...

.PHONY: arm
arm: ## Build the totem for arm64 and armhf and try it under qemu-user
	@scripts/setup arm
	scripts/arm

.PHONY: image
image: ## Build the card image of a totem from Debian packages into build/image (ARCH=arm64 or amd64)
	@scripts/setup build image
	@mkdir -p build
	go build -o build/imager ./internal/imager
	@build/imager build --arch $(ARCH) $(ARGS)

.PHONY: image-check
image-check: ## Verify that image without booting it
	@scripts/setup build image
	@mkdir -p build
	go build -o build/imager ./internal/imager
	@build/imager check $(ARGS) build/image/totem-$(ARCH).img

.PHONY: image-test
image-test: ## Boot that image under QEMU and try it: first boot, tickets, hangs, bad slots, power cuts; report in build/image-test
	@scripts/setup build image image-test
	@mkdir -p build
	go build -o build/imager ./internal/imager
	@build/imager test --arch $(ARCH) $(ARGS)

.PHONY: golden
golden: ## Write the golden files and generated pages afresh; look at the difference before you commit it
	@scripts/setup test
	for dir in $$(grep -rl --include='*_test.go' '"update"' . | xargs -n 1 dirname | sort -u); do go test $$dir -update || exit 1; done

.PHONY: clean
clean: ## Remove what was built
	rm -rf build out

.PHONY: pictures
pictures: ## Make the pictures of the README afresh, by the tour
	@scripts/setup run
	@mkdir -p build docs/pictures
	go build -o build/simulator ./cmd/simulator
	build/simulator --tour --now 2026-11-24T09:41 --out build/pictures
	cp $$(ls build/pictures/tour/screens/*-start.png | head -n 1) docs/pictures/start.png
	cp build/pictures/tour/ticket-1.png docs/pictures/slip.png

.PHONY: gallery
gallery: ## Paint every screen afresh into a page of pictures, build/gallery/index.html (ARGS=--help)
	@scripts/setup build
	@mkdir -p build
	go build -o build/paint-gallery ./internal/gallery
	@build/paint-gallery $(ARGS)

.PHONY: bench
bench: ## Measure the figures of docs/performance.md, all or some (ROWS=issue,push), into build/bench.json
	@scripts/setup bench
	@mkdir -p build
	go build -o build/ ./internal/bench ./cmd/totem ./cmd/scheduler
	@build/bench --rows "$(ROWS)" $(ARGS)
