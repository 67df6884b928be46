#!/usr/bin/env bash
# The static gate of the GPU kernels, which needs no GPU: every kernel that the ILGPU backend launches is compiled to PTX and assembled
# by ptxas; registers, shared memory, stack, spills and tensor-core instructions must not be worse than results/benchmarks/ptx.csv.
#   tests/lanes/ptx.sh                all targets: sm_75 sm_80 sm_86 sm_89 sm_90
#   tests/lanes/ptx.sh sm_80          some
#   tests/lanes/ptx.sh --update       writes the table anew
# Says that it is skipped, and why, where ptxas cannot be had (see cudatools.sh).
set -euo pipefail
cd "$(dirname "$0")/../.."
if ! tools="$(tests/lanes/cudatools.sh)"; then
  echo "ptx.sh: skipped, the reason stands above."
  exit 0
fi
dotnet build -c Release tests/lanes/KernelGate >/dev/null
exec dotnet tests/lanes/KernelGate/bin/Release/net10.0/KernelGate.dll "$tools" results/benchmarks/ptx.csv "$@"
