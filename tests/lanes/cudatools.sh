#!/usr/bin/env bash
# Prints the folder that holds ptxas and nvdisasm 11.8, which need no GPU. They are fetched once, from Debian's non-free
# package nvidia-cuda-toolkit (84 MB, checked by apt and by its hash), into gpuquant/cudatools in the user's cache folder; nothing is
# installed. CUDATOOLS names a folder that has them already. Exit code 3 with the reason where the package cannot be had.
set -euo pipefail

package=nvidia-cuda-toolkit
sha256=d1156026e704fe0368b6295db06224ed00a727966fb13454f34e3f3102db0457
tools="ptxas nvdisasm"
dir="${CUDATOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/gpuquant/cudatools}"

unavailable() { echo "cudatools.sh: no ptxas here: $*" >&2; exit 3; }

# The machine's own Debian archive, of which only main need be configured.
archive() {
  apt-get indextargets --format '$(ORIGIN) $(SITE)' 'Created-By: Packages' 2>/dev/null \
    | awk '$1 == "Debian" && $2 !~ /security/ {print $2; exit}'
}

fetch() {
  local url keys=/usr/share/keyrings/debian-archive-keyring.gpg
  [ "$(uname -m)" = x86_64 ] || unavailable "the package is for x86-64, this machine is $(uname -m)."
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || unavailable "the package is Debian's, and there is no apt."
  url="$(archive)"
  [ -n "$url" ] && [ -e "$keys" ] || unavailable "apt knows no Debian archive."
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
  echo "deb [signed-by=$keys] $url bookworm non-free" >"$work/sources.list"
  local apt=(apt-get -q -oDir::Etc::SourceList="$work/sources.list" -oDir::Etc::SourceParts=/dev/null -oDir::State::Lists="$work/lists"
    -oDir::Cache="$work/cache" -oAPT::Sandbox::User="$(id -un)" -oAcquire::Languages=none)
  echo "cudatools.sh: fetching $package (84 MB) into $dir" >&2
  "${apt[@]}" update >&2 || unavailable "the Debian archive cannot be read."
  (cd "$work" && "${apt[@]}" download "$package") >&2 || unavailable "the package cannot be downloaded."
  echo "$sha256  $(echo "$work/$package"_*.deb)" | sha256sum --check --quiet >&2 || unavailable "the package is not the one expected."
  dpkg-deb --extract "$work/$package"_*.deb "$work/unpacked"
  # Copied beside and renamed: an interrupted attempt never looks like a finished one.
  rm -rf "$dir.part"
  mkdir -p "$dir.part"
  for tool in $tools; do
    cp "$(find "$work/unpacked/usr/lib" "$work/unpacked/usr/bin" -type f -name "$tool" | head -n 1)" "$dir.part/"
  done
  mv "$dir.part" "$dir"
}

for tool in $tools; do
  [ -x "$dir/$tool" ] || { [ -z "${CUDATOOLS:-}" ] || unavailable "$dir has no $tool."; fetch; break; }
done
echo "$dir"
