# A thin front door: Meson and Ninja do the work.  `make help` lists the doors.
BUILD   ?= build
ASAN    ?= build-asan
TSAN    ?= build-tsan
FUZZ    ?= build-fuzz
COVER   ?= build-cover
FUZZ_SECONDS ?= 300
SOAK_SECONDS ?= 600
NINJA    = ninja -C

.PHONY: all help bootstrap demo check asan tsan fuzz fuzz-smoke soak bench cover tidy format layers clean

all: $(BUILD)/tocsin

help:
	@echo 'make            build/tocsin, the program'
	@echo 'make demo       a whole mailing to 10,000 people on this machine'
	@echo 'make check      all quick tests; ends with N passed, N failed'
	@echo 'make asan|tsan  the tests under a sanitizer'
	@echo 'make fuzz T=x   libFuzzer on one target (FUZZ_SECONDS=300)'
	@echo 'make fuzz-smoke every target over its corpus'
	@echo 'make soak       the long loops: kill tests, fuzzing of all targets'
	@echo 'make bench      figures, as ratios of one run'
	@echo 'make cover      which lines and functions the tests reach, as a page'
	@echo 'make tidy       clang-tidy, as .clang-tidy has it'
	@echo 'make format     clang-format on all there is'
	@echo 'make layers     rooms include only from below, files stay short'

bootstrap:
	@scripts/bootstrap

$(BUILD)/build.ninja: | bootstrap
	@meson setup $(BUILD) --buildtype=release -Doptimization=2 -Ddebug=true >/dev/null

$(BUILD)/tocsin: $(BUILD)/build.ninja FORCE
	@$(NINJA) $(BUILD) --quiet tocsin

$(ASAN)/build.ninja: | bootstrap
	@meson setup $(ASAN) -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1 >/dev/null

$(TSAN)/build.ninja: | bootstrap
	@meson setup $(TSAN) -Db_sanitize=thread -Db_lundef=false -Doptimization=1 >/dev/null

$(FUZZ)/build.ninja: | bootstrap
	@CC=clang meson setup $(FUZZ) -Dfuzz=libfuzzer -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1 >/dev/null

FORCE:

demo: $(BUILD)/tocsin
	@scripts/demo

check: $(BUILD)/tocsin $(ASAN)/build.ninja
	@scripts/check $(BUILD) $(ASAN)

asan: $(ASAN)/build.ninja
	@scripts/check --only $(ASAN)

tsan: $(TSAN)/build.ninja
	@scripts/check --only $(TSAN)

fuzz: $(FUZZ)/build.ninja
	@scripts/fuzz $(FUZZ) "$(T)" $(FUZZ_SECONDS)

fuzz-smoke: $(ASAN)/build.ninja
	@scripts/check --only $(ASAN) --suite fuzz

soak: $(BUILD)/tocsin $(FUZZ)/build.ninja
	@FUZZ_SECONDS=$(SOAK_SECONDS) scripts/soak $(BUILD) $(FUZZ)

bench: $(BUILD)/tocsin
	@bench/run $(BUILD)

cover: | bootstrap
	@scripts/cover $(COVER)

tidy: $(BUILD)/build.ninja
	@scripts/tidy $(BUILD)

format:
	@clang-format -i $$(git ls-files 'src/*.[ch]' 'tests/*.[ch]' 'fuzz/*.[ch]' 'bench/*.[ch]' 'include/*.h' 'example/*.c')

layers:
	@python3 scripts/layers.py

clean:
	rm -rf $(BUILD) $(ASAN) $(TSAN) $(FUZZ) $(COVER) demo
