#!/usr/bin/env bash
# Checks on real data that take too long for dotnet test, by name:
#   tests/lanes/real.sh quick        one epoch, simulation against integer engine on 100 images, resume: a few minutes
#   tests/lanes/real.sh mnist        20 epochs, 3 seeds, both lenets: accuracy and disagreement bars
#   tests/lanes/real.sh integers     simulated = integer arithmetic on all 10,000 test images, on cpu and ilgpu-cpu
#   tests/lanes/real.sh nets         the same for trained nets (REAL_NETS: folders, REAL_SCHEMES), with each instruction set of cpu, on
#                                    10,000 MNIST or 2,000 other images; and their classes in ONNX Runtime
#   tests/lanes/real.sh resume       same seed, same bytes; also after SIGKILL
# The data folder is ../shared/data beside the repository, or GPUQUANT_DATA. REAL_OUT keeps the results in a folder of your choice.
set -euo pipefail
cd "$(dirname "$0")/../.."
export GPUQUANT_DATA="${GPUQUANT_DATA:-$(cd .. && pwd)/shared/data}"
[ -d "$GPUQUANT_DATA/mnist" ] || { echo "real.sh: no MNIST in $GPUQUANT_DATA; set GPUQUANT_DATA." >&2; exit 3; }
out="${REAL_OUT:-$(mktemp -d)}"
cli=src/GpuQuant.Cli/bin/Release/net10.0/gpuquant.dll
gpuquant() { dotnet "$cli" "$@"; }
fail() { echo "real.sh: FAILED: $*" >&2; exit 1; }

# mean CSV ARCHITECTURE QUANTIZER TEST_SET METRIC: the mean over seeds in rq1.csv
mean() { awk -F, -v a="$2" -v q="$3" -v t="$4" -v m="$5" '$3==a && $5==q && $6==t && $7==m {s+=$8; n++} END {if (n) printf "%.4f", s/n}' "$1"; }
at_least() { awk -v v="$1" -v b="$2" 'BEGIN {exit !(v != "" && v+0 >= b)}' || fail "$3 is $1, below $2"; echo "ok: $3 is $1, at least $2"; }
at_most() { awk -v v="$1" -v b="$2" 'BEGIN {exit !(v != "" && v+0 <= b)}' || fail "$3 is $1, above $2"; echo "ok: $3 is $1, at most $2"; }

mnist() {
  gpuquant study hu2022 --data mnist --seeds 3 --device cpu --out "$out/mnist"
  local csv="$out/mnist/rq1.csv"
  at_least "$(mean "$csv" lenet1 float32 original accuracy_pct)" 98.3 "lenet1 accuracy, mean of 3 seeds,"
  at_least "$(mean "$csv" lenet5 float32 original accuracy_pct)" 98.8 "lenet5 accuracy, mean of 3 seeds,"
  for net in lenet1 lenet5; do
    at_most "$(mean "$csv" $net tflite8 original disagreement_pct)" 0.5 "$net tflite8 disagreement"
    at_most "$(mean "$csv" $net coreml16 original disagreement_pct)" 0.1 "$net coreml16 disagreement"
  done
}

integers() {
  for net in lenet1 lenet5; do
    gpuquant train --data mnist --arch $net --epochs 1 --seed 1 --device cpu --out "$out/integers/$net" --quiet
    for scheme in tflite8 tflite16; do
      gpuquant quantize --model "$out/integers/$net" --scheme $scheme --device cpu --out "$out/integers/$net-$scheme" --quiet
      dotnet tests/lanes/IntegerCheck/bin/Release/net10.0/IntegerCheck.dll "$out/integers/$net-$scheme" "$1" cpu ilgpu-cpu
    done
  done
}

nets() {
  [ -n "${REAL_NETS:-}" ] || fail "nets needs REAL_NETS, the folders of trained nets"
  for net in $REAL_NETS; do
    local name images=2000
    name=$(basename "$net")
    case "$name" in *mnist*) images=10000 ;; esac
    for scheme in ${REAL_SCHEMES:-tflite8 onnx-qdq}; do
      gpuquant quantize --model "$net" --scheme "$scheme" --device cpu --out "$out/nets/$name-$scheme" --quiet
      dotnet tests/lanes/IntegerCheck/bin/Release/net10.0/IntegerCheck.dll "$out/nets/$name-$scheme" "${REAL_IMAGES:-$images}" "cpu[*]"
    done
    for format in qdq qlinear; do
      gpuquant export --model "$net" --scheme onnx-qdq --device cpu --format $format --out "$out/nets/$name-$format.onnx" \
        --check --samples "${REAL_IMAGES:-10000}"
    done
  done
}

resume() {
  local common=(--data mnist --arch lenet1 --epochs 2 --seed 7 --device cpu --quiet)
  gpuquant train "${common[@]}" --out "$out/resume/a"
  gpuquant train "${common[@]}" --out "$out/resume/b"
  dotnet "$cli" train "${common[@]}" --out "$out/resume/c" & local child=$!
  # Killed in the second epoch: the checkpoint after the first is there, the model is not.
  while ! grep -aq '"epoch":"1"' "$out/resume/c/training.checkpoint.safetensors" 2>/dev/null; do
    kill -0 $child 2>/dev/null || fail "the training to be killed ended by itself"
    sleep 0.05
  done
  kill -KILL $child
  wait $child 2>/dev/null || true
  [ ! -e "$out/resume/c/model.safetensors" ] || fail "the training was done before it was killed"
  gpuquant train "${common[@]}" --out "$out/resume/c"
  for run in b c; do
    for file in model.safetensors training.checkpoint.safetensors; do
      cmp "$out/resume/a/$file" "$out/resume/$run/$file" || fail "run $run gave another $file"
    done
  done
  for run in a b c; do
    gpuquant quantize --model "$out/resume/$run" --scheme tflite8 --device cpu --quiet
    gpuquant evaluate --model "$out/resume/$run/tflite8" --reference "$out/resume/$run" --test-set original,shot_noise --device cpu \
      --out "$out/resume/$run/evaluation" >/dev/null
    cmp "$out/resume/a/evaluation/rows.parquet" "$out/resume/$run/evaluation/rows.parquet" || fail "run $run gave other rows"
  done
  echo "ok: same seed, same bytes of checkpoint, model and rows; also after SIGKILL and resume"
}

quick() {
  # Not the study's --quick, which trains on 256 images and says nothing about accuracy.
  gpuquant study hu2022 --data mnist --arch lenet1 --strategies standard --epochs 1 --skip-retraining --device cpu --out "$out/quick" --quiet
  at_least "$(mean "$out/quick/rq1.csv" lenet1 float32 original accuracy_pct)" 85 "lenet1 accuracy after one epoch"
  integers 100
  resume
}

dotnet build -c Release src/GpuQuant.Cli >/dev/null
dotnet build -c Release tests/lanes/IntegerCheck >/dev/null
for name in "${@:-quick}"; do
  case "$name" in
    quick) quick ;; mnist) mnist ;; integers) integers 10000 ;; nets) nets ;; resume) resume ;;
    *) echo "real.sh: unknown check '$name'. Known: quick, mnist, integers, nets, resume." >&2; exit 2 ;;
  esac
done
