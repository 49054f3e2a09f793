#!/bin/sh
# Puts on a Debian machine, as root, what some tests need and are skipped without: all of it, or the parts that are named.
#
#   sh tests/support/install.sh [browser] [cluster] [gpu] [notebooks] [pdf]
#
# browser    Chromium, for tests/report/page_test.ts
# cluster    GNU parallel and Slurm, for tests/experiments/cluster_test.ts
# gpu        Mesa's lavapipe and SwiftShader, two software devices, for tests/engine/gpu_test.ts. SwiftShader is part of Debian's
#            chromium-common: its library is kept in a cache folder, no browser is installed
# notebooks  nbclient, for tests/notebooks_test.ts, and the notebook server, for tests/jupyter_test.ts
# pdf        poppler, for tests/plots/pdf_test.ts
set -eu
export DEBIAN_FRONTEND=noninteractive
[ $# -gt 0 ] || set -- browser cluster gpu notebooks pdf

packages=
for part; do
  case $part in
    browser) packages="$packages chromium" ;;
    cluster) packages="$packages parallel slurm-wlm munge" ;;
    gpu) packages="$packages libvulkan1 mesa-vulkan-drivers" ;;
    notebooks) packages="$packages python3-nbclient jupyter-notebook" ;;
    pdf) packages="$packages poppler-utils" ;;
    *) echo "Cannot install $part: expected browser, cluster, gpu, notebooks or pdf" >&2 && exit 2 ;;
  esac
done
missing=
for package in $packages; do
  case $(dpkg-query -W -f '${Status}' "$package" 2> /dev/null) in *" installed") ;; *) missing="$missing $package" ;; esac
done
status=0
updated=
update() {
  [ -n "$updated" ] || apt-get update || true # an old list may do
  updated=yes
}
install() {
  apt-get install -y --no-install-recommends "$@"
}
if [ -n "$missing" ]; then
  update
  # shellcheck disable=SC2086 # a list; one by one where one of them fails
  install $missing || for package in $missing; do
    install "$package" || { echo "Cannot install $package" >&2 && status=1; }
  done
fi

# SwiftShader. Its files are renamed into place: a process may be using the ones before.
case " $* " in *" gpu "*) ;; *) exit $status ;; esac
cache="${IADNET_SWIFTSHADER:-${XDG_CACHE_HOME:-$HOME/.cache}/iadnet/swiftshader}"
[ -e "$cache/libvk_swiftshader.so" ] && [ -e "$cache/vk_swiftshader_icd.json" ] && exit $status
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
source=/usr/lib/chromium
if [ ! -e "$source/libvk_swiftshader.so" ]; then
  update
  (cd "$scratch" && apt-get -o APT::Sandbox::User=root download chromium-common && dpkg-deb -x chromium-common_*.deb .)
  source="$scratch/usr/lib/chromium"
fi
mkdir -p "$cache"
for file in libvk_swiftshader.so vk_swiftshader_icd.json; do
  cp "$source/$file" "$cache/$file.new" && mv "$cache/$file.new" "$cache/$file"
done
exit $status
