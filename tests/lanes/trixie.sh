#!/usr/bin/env bash
# Runs a command in a Debian trixie root: for what needs a newer system than the machine has, such as libtorch (GLIBCXX_3.4.32) and
# PoCL 6 (OpenCL with generic address space).
#   tests/lanes/trixie.sh [--dir DIR] -- COMMAND...
#   tests/lanes/trixie.sh -- dotnet run -c Release --project tests/GpuQuant.Benchmarks -- peers
# The root is made once, in DIR (default: gpuquant/trixie in the user's cache folder), 500 MB, and used again afterwards. It sees the
# machine's .NET, its package folder, the repository, the data folder (GPUQUANT_DATA) and the same environment. Needs root, since it
# mounts and changes root; the mounts live in a namespace of their own and go with the command, however that ends.
set -euo pipefail

packages=libicu76,pocl-opencl-icd,ocl-icd-libopencl1,libstdc++6
dir="${XDG_CACHE_HOME:-$HOME/.cache}/gpuquant/trixie"

fail() { echo "trixie.sh: $*" >&2; exit 2; }
usage() { fail "usage: tests/lanes/trixie.sh [--dir DIR] -- COMMAND..., got: $*"; }

make_root() {
  command -v debootstrap >/dev/null || fail "debootstrap is missing; install it (apt-get install debootstrap)."
  # Made beside and renamed: an interrupted attempt never looks like a finished root.
  rm -rf "$dir.part"
  mkdir -p "$(dirname "$dir")"
  echo "trixie.sh: making $dir (about a minute)" >&2
  debootstrap --variant=minbase --include="$packages" trixie "$dir.part" >&2 || {
    rm -rf "$dir.part"
    fail "debootstrap could not make the root; its messages stand above."
  }
  ln -sf libOpenCL.so.1 "$dir.part/usr/lib/$(uname -m)-linux-gnu/libOpenCL.so"
  mv "$dir.part" "$dir"
}

# share PATH: the machine's file or folder at the same place in the root.
share() {
  [ -e "$1" ] || return 0
  if [ -d "$1" ]; then mkdir -p "$dir$1"; else mkdir -p "$(dirname "$dir$1")" && touch "$dir$1"; fi
  mount --rbind "$1" "$dir$1"
}

# run_inside COMMAND...: mounts, changes root and runs. Called in a mount namespace of its own.
run_inside() {
  local dotnet common path
  dotnet="$(dirname "$(readlink -f "$(command -v dotnet)")")"
  common="$(git -c safe.directory='*' rev-parse --path-format=absolute --git-common-dir 2>/dev/null || true)"
  for path in /proc /sys /dev /tmp /etc/resolv.conf /etc/hosts /etc/ssl/certs /usr/share/ca-certificates /usr/local/share/ca-certificates \
      "$dotnet" "${NUGET_PACKAGES:-$HOME/.nuget}" "$HOME/.nuget" "$common" "${GPUQUANT_DATA:-}" "$(readlink -m ../shared/data)" "$PWD"; do
    [ -z "$path" ] || share "$path"
  done
  export DOTNET_ROOT="$dotnet" PATH="$dotnet:/usr/sbin:/usr/bin:/sbin:/bin"
  # The shell inside gives the command the same folder as outside.
  # shellcheck disable=SC2016
  exec chroot "$dir" /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$PWD" "$@"
}

if [ "${1:-}" = --inside ]; then
  dir="$2"
  shift 2
  run_inside "$@"
fi

if [ "${1:-}" = --dir ]; then
  [ -n "${2:-}" ] || usage "$*"
  dir="$2"
  shift 2
fi
if [ "${1:-}" != -- ] || [ $# -lt 2 ]; then usage "$*"; fi
shift

[ "$(id -u)" = 0 ] || fail "root is needed, to mount folders and change root; run it with sudo."
command -v dotnet >/dev/null || fail "the .NET SDK is missing (https://dotnet.microsoft.com/download)."
cd "$(dirname "$0")/../.."
case "$dir" in /*) ;; *) dir="$OLDPWD/$dir" ;; esac
[ -d "$dir" ] || make_root
[ -x "$dir/bin/sh" ] || fail "$dir is no Debian root; name another folder with --dir, or remove it."
exec unshare --mount --propagation private "$PWD/tests/lanes/trixie.sh" --inside "$dir" "$@"
