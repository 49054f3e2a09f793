#!/bin/sh
# Puts GNU parallel and Slurm on a Debian machine, as root, for tests/experiments/cluster_test.ts.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get install -y --no-install-recommends parallel slurm-wlm munge
