# Python 3.11 or newer and make are enough. What the words do: README.md.
PYTHON ?= python3

.PHONY: run setup test fuzz check bench lock
run setup test fuzz check bench lock:
	@$(PYTHON) scripts/bootstrap.py $@ $(ARGS)
