#!/bin/sh
# Puts the two software devices of tests/engine/gpu_test.ts on a Debian machine, as root: Mesa's lavapipe, and SwiftShader. The
# second comes out of Debian's chromium-common package: only its library is kept, in a cache folder; no browser is installed.
set -eu

cache="${IADNET_SWIFTSHADER:-${XDG_CACHE_HOME:-$HOME/.cache}/iadnet/swiftshader}"

apt-get install -y --no-install-recommends libvulkan1 mesa-vulkan-drivers

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
(cd "$scratch" && apt-get -o APT::Sandbox::User=root download chromium-common && dpkg-deb -x chromium-common_*.deb .)
mkdir -p "$cache"
for file in libvk_swiftshader.so vk_swiftshader_icd.json; do # renamed into place: a process may be using the one before
  cp "$scratch/usr/lib/chromium/$file" "$cache/$file.new" && mv "$cache/$file.new" "$cache/$file"
done
echo "SwiftShader is in $cache"
