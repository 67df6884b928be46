#!/usr/bin/env bash
# OpenCL without a GPU: PoCL 6 in the Debian trixie root that trixie.sh makes.
#   tests/lanes/opencl.sh             conformance: the same tests as cpu's, of every primitive and of whole nets; about a minute
#   tests/lanes/opencl.sh lenet5      one epoch of MNIST (GPUQUANT_DATA) on opencl and on cpu: accuracies at most 0.3 points apart
# Says that it is skipped, and why, where that root cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."
skip() { echo "opencl.sh: skipped, $*"; exit 0; }
[ "$(id -u)" = 0 ] || skip "since only root may mount folders and change root."
command -v debootstrap >/dev/null || [ -d "${XDG_CACHE_HOME:-$HOME/.cache}/gpuquant/trixie" ] \
  || skip "since debootstrap, which makes the root, is not installed."

# PoCL's other ways to make work groups run LLVM 18's instcombine with a self-check that aborts the process (PoCL issue 1608).
export POCL_WORK_GROUP_METHOD=cbs
inside() { tests/lanes/trixie.sh -- "$@"; }

conformance() {
  dotnet build -c Release tests/GpuQuant.Backends.Tests >/dev/null
  # Only these: the other tests need no device, and run outside.
  for tests in "-namespace GpuQuant.Backends.Tests.Calls" \
      "-class GpuQuant.Backends.Tests.LenetProgramTests -class GpuQuant.Backends.Tests.DeviceTests"; do
    # shellcheck disable=SC2086
    GPUQUANT_TEST_DEVICES=opencl:0 GPUQUANT_REQUIRED_DEVICES=opencl inside \
      dotnet tests/GpuQuant.Backends.Tests/bin/Release/net10.0/GpuQuant.Backends.Tests.dll -noColor -noLogo $tests 2>&1 \
      | { grep -v '^[0-9]* warnings\? generated' || true; }
  done
}

# accuracy FOLDER: of the float model on the test images, in percent
accuracy() {
  dotnet src/GpuQuant.Cli/bin/Release/net10.0/gpuquant.dll evaluate --model "$1" --test-set original --device cpu --out "$1/evaluation" \
    --json --quiet | tr ',{}' '\n\n\n' | sed -n 's/^ *"accuracy_pct": *\([0-9.]*\).*/\1/p' | head -n 1
}

lenet5() {
  export GPUQUANT_DATA="${GPUQUANT_DATA:-$(cd .. && pwd)/shared/data}"
  [ -d "$GPUQUANT_DATA/mnist" ] || { echo "opencl.sh: no MNIST in $GPUQUANT_DATA; set GPUQUANT_DATA." >&2; exit 3; }
  dotnet build -c Release src/GpuQuant.Cli >/dev/null
  # Below the repository, which the root sees.
  local out=artifacts/opencl device
  rm -rf "$out"
  for device in cpu opencl; do
    inside dotnet src/GpuQuant.Cli/bin/Release/net10.0/gpuquant.dll train --data mnist --arch lenet5 --epochs 1 --seed 1 \
      --device $device --out "$out/$device" --quiet
  done
  local ours theirs
  ours="$(accuracy "$out/opencl")" theirs="$(accuracy "$out/cpu")"
  awk -v o="$ours" -v c="$theirs" 'BEGIN {exit !(o > 90 && c > 90 && o - c <= 0.3 && c - o <= 0.3)}' || {
    echo "opencl.sh: FAILED: lenet5 after one epoch: $ours % on opencl, $theirs % on cpu" >&2
    exit 1
  }
  echo "ok: lenet5 after one epoch: $ours % on opencl, $theirs % on cpu"
}

case "${1:-conformance}" in
  conformance) conformance ;; lenet5) lenet5 ;;
  *) echo "opencl.sh: unknown check '$1'. Known: conformance, lenet5." >&2; exit 2 ;;
esac
