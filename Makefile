# Python 3.11 or newer and make are enough. What the words do: README.md.
PYTHON ?= python3
SET_UP = @$(PYTHON) scripts/bootstrap.py

.PHONY: run setup test fuzz check bench lock

run:
	$(SET_UP) run $(ARGS)

setup:
	$(SET_UP) setup $(ARGS)

test:
	$(SET_UP) test $(ARGS)

fuzz:
	$(SET_UP) fuzz $(ARGS)

check:
	$(SET_UP) check $(ARGS)

bench:
	$(SET_UP) bench $(ARGS)

lock:
	$(SET_UP) lock $(ARGS)
