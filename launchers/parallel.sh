#!/bin/sh
# The cells of a plan by GNU parallel, here or over --sshlogin machines that share the folder; each runs one part.
# launchers/parallel.sh runs/plan 8 --sshlogin a,b --workdir "$PWD"
set -eu
plan=${1:?folder of a plan} parts=${2:-$(nproc)}
[ $# -gt 2 ] && shift 2 || shift $#
seq "$parts" | parallel --jobs "$parts" "$@" deno task benchmark run --plan "$plan" --part "{}/$parts"
