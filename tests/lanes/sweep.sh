#!/usr/bin/env bash
# Sweeps under fire: many small runs in worker processes, workers killed at random moments; the tables must be byte for byte those of an
# undisturbed sweep, and a second start must find nothing to do.
#   tests/lanes/sweep.sh [RUNS [WORKERS [KILLS]]]      (default: 200 4 20; CI takes 40 3 3)
set -euo pipefail
cd "$(dirname "$0")/../.."
runs=${1:-200} workers=${2:-4} kills=${3:-20}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dotnet build -c Release --nologo -v quiet src/GpuQuant.Cli
study() {
  dotnet src/GpuQuant.Cli/bin/Release/net10.0/gpuquant.dll study hu2022 --data glyphs --arch lenet1 --seeds "$runs" --quick \
    --epochs 8 --test-sets original,rotate,scale,shear,translate --quantizers tflite8,coreml8 --skip-retraining --device cpu --cache-dir "$folder/cache" "$@" \
    > "$folder/tables.txt"
}

echo "undisturbed: $runs runs, one process"
study --out "$folder/calm"

echo "disturbed: $workers workers, $kills of them killed"
study --out "$folder/wild" --workers "$workers" 2> "$folder/wild.log" &
sweep=$!
killed=0
while [ "$killed" -lt "$kills" ] && kill -0 "$sweep" 2>/dev/null; do
  sleep "$((RANDOM % 2 + 1)).$((RANDOM % 10))"    # a worker takes a second to start: the same run is not to be met three times
  mapfile -t alive < <(pgrep -P "$(pgrep -P $sweep dotnet || echo $sweep)" dotnet || true)
  [ "${#alive[@]}" -gt 0 ] || continue
  kill -KILL "${alive[$((RANDOM % ${#alive[@]}))]}" 2>/dev/null && killed=$((killed + 1))
done
wait "$sweep" || { cat "$folder/wild.log"; exit 1; }
echo "killed $killed workers"
[ "$killed" -eq "$kills" ] || { echo "the sweep ended before all kills: take more runs or fewer kills" >&2; exit 1; }
for table in rq1 rq3 findings claims cells paired-tests; do
  cmp "$folder/calm/$table.csv" "$folder/wild/$table.csv"
done
(cd "$folder/calm" && find runs -name '*.parquet' -o -name model.safetensors | sort) > "$folder/files.txt"
while read -r file; do
  cmp "$folder/calm/$file" "$folder/wild/$file"
done < "$folder/files.txt"
echo "$(wc -l < "$folder/files.txt") files and all tables are the same, byte for byte"

start=$(date +%s%N)
study --out "$folder/wild" --workers "$workers" --quiet
echo "second start: $((($(date +%s%N) - start) / 1000000)) ms"
