#!/bin/sh
# Puts Chromium on a Debian machine, as root, for tests/report/page_test.ts.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get install -y --no-install-recommends chromium
