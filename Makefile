# What people and CI call. The work is done by tools/*.sh; each says what it does and goes on where it was interrupted.
# Settings are environment variables (docs/reference/settings.md): `make run PORT=8001`.
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory
.PHONY: help run up demo-data stop test check fix bench evidence doctor clean

help: ## what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## install what is missing, build the map from published data, serve it at http://127.0.0.1:8000/
	@bash tools/serve.sh run

up: ## the same in the background; returns when the map answers
	@bash tools/serve.sh up

demo-data: ## a synthetic release of linked records, published; PEOPLE, SYSTEMS, SEED, ENGINE say of whom and how
	@bash tools/demo.sh

stop: ## end the server and the database that these began
	@bash tools/serve.sh stop

test: ## install what tests need (a browser and Java too) and run them; ARGS goes to pytest
	@bash tools/test.sh $(ARGS)

check: ## lint, types, layers, templates, migrations, scripts
	@bash tools/check.sh

fix: ## put right what the formatters can
	@bash tools/fix.sh

bench: ## measure speed against its alternatives on this machine
	@bash tools/measure.sh bench

evidence: ## run the long measurements and write their tables
	@bash tools/measure.sh evidence

doctor: ## say what is there and what is missing
	@bash tools/doctor.sh

clean: ## remove everything that was made here, after asking
	@bash tools/clean.sh
