#!/usr/bin/env bash
# What is checked and measured where there is an NVIDIA GPU: conformance on cuda, then our kernels against PyTorch and cuBLAS.
#   tests/lanes/gpu.sh build [DIR]     where the .NET SDK is: gpuquant as one file and the conformance tests, both with the runtime in
#                                      them, into DIR (default: artifacts/gpu)
#   tests/lanes/gpu.sh run [DIR]       on the machine with the GPU, which needs no .NET: runs both, unattended, in under 9 minutes, and
#                                      writes results/benchmarks/<gpu>.csv; exit code 3 where there is no GPU
# GPU_DEVICE=cpu runs the same steps without a GPU, to try them out; GPU_OUT names another folder for the results.
# PyTorch for python3 is needed for the comparison alone; without it the conformance tests and our own figures remain.
set -euo pipefail
cd "$(dirname "$0")/../.."
dir="${2:-artifacts/gpu}"
device="${GPU_DEVICE:-cuda}"
out="${GPU_OUT:-results/benchmarks}"
publish=(-c Release -r linux-x64 --self-contained -v quiet -p:DebugType=none)

build() {
  rm -rf "$dir"
  dotnet publish src/GpuQuant.Cli "${publish[@]}" -p:PublishSingleFile=true -p:EnableCompressionInSingleFile=true \
    -p:IncludeNativeLibrariesForSelfExtract=true -o "$dir/cli"
  # The gate is a program without a runtime of its own, of which the tests only use the code.
  dotnet publish tests/GpuQuant.Backends.Tests "${publish[@]}" -p:ValidateExecutableReferencesMatchSelfContained=false -o "$dir/tests"
  git rev-parse --short HEAD >"$dir/commit"
  du -sh "$dir/cli" "$dir/tests"
}

# limited SECONDS COMMAND...: says so and goes on where a part takes too long or fails.
failures=0
limited() {
  local seconds="$1"
  shift
  timeout "$seconds" "$@" || { echo "gpu.sh: FAILED (exit code $?): $*" >&2; failures=$((failures + 1)); }
}

conformance() {
  export GPUQUANT_TEST_DEVICES="$name"
  [ "$device" = cpu ] || export GPUQUANT_REQUIRED_DEVICES="$device"
  limited 120 "$dir/tests/GpuQuant.Backends.Tests" -noColor -noLogo -namespace GpuQuant.Backends.Tests.Calls
  limited 60 "$dir/tests/GpuQuant.Backends.Tests" -noColor -noLogo -class GpuQuant.Backends.Tests.LenetProgramTests
}

measure() {
  local gpu table quick=()
  gpu="$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | head -n 1 | tr 'A-Z ' 'a-z-' || true)"
  gpu="${gpu:-$device}"
  table="$out/$gpu-calls.csv"
  [ "$device" != cpu ] || quick=(--quick)
  mkdir -p "$out"
  limited 150 "$dir/cli/gpuquant" bench kernels --device "$name" \
    --arch "${GPU_NETS:-lenet5,resnet20,nin,resnet50}" --csv "$table" "${quick[@]}"
  if ! python3 -c 'import torch' 2>/dev/null; then
    echo "gpu.sh: no comparison, since python3 has no torch here; our figures are in $table"
  else
    limited 150 python3 tests/lanes/gpu_peers.py "$table" "$out/$gpu.csv" "$(cat "$dir/commit")" "$device"
    cat "$out/$gpu.csv"
  fi
}

run() {
  [ -x "$dir/cli/gpuquant" ] || { echo "gpu.sh: $dir holds no build; make it with: tests/lanes/gpu.sh build" >&2; exit 2; }
  # A row of the table, which names the device cuda:0 or cpu.
  name="$("$dir/cli/gpuquant" devices | sed -n "s/^[^a-zA-Z]*\($device\(:0\)\{0,1\}\) .*/\1/p" | head -n 1)"
  if [ -z "$name" ]; then
    echo "gpu.sh: there is no $device device on this machine, so nothing was checked or measured." >&2
    exit 3
  fi
  conformance
  measure
  echo "gpu.sh: $failures parts failed, $SECONDS s"
  [ "$failures" = 0 ]
}

case "${1:-}" in
  build) build ;; run) run ;;
  *) echo "gpu.sh: usage: tests/lanes/gpu.sh build|run [DIR], got: $*" >&2; exit 2 ;;
esac
