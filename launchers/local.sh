#!/bin/sh
# All cells of a plan on this machine, one process a core: launchers/local.sh runs/plan
exec deno task benchmark run --plan "${1:?folder of a plan}" --workers "${2:-$(nproc)}"
