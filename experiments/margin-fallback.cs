#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// Run the int8 net, and where its margin is small ask the float one: what does that cost, what does it save?
//   dotnet run experiments/margin-fallback.cs [FOLDER]      (FOLDER: a study that has run; else digits that need no download)
using GpuQuant.Experiments;
using Microsoft.Data.Analysis;
using Spectre.Console;

Sweep sweep = new() { Architectures = ["lenet5"], Quantizers = ["tflite8"], TestSets = ["original", "rotate", "shot_noise"], Seeds = 3 };
if (args.Contains("--quick"))
    sweep = sweep.Quick();
var results = args is [var folder, ..] && folder != "--quick" ? Results.Load(folder) : sweep.Run("runs/margin-fallback");

double[] thresholds = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9];
var points = results.Rows().Where(cell => cell.Key.Quantizer == "tflite8")
    .SelectMany(cell => MarginFallback.Curve(cell, thresholds).Select(point => (cell.Key, point))).ToArray();
var frame = new DataFrame(
    new StringDataFrameColumn("architecture", points.Select(row => row.Key.Architecture)),
    new StringDataFrameColumn("strategy", points.Select(row => row.Key.Strategy)),
    new StringDataFrameColumn("test_set", points.Select(row => row.Key.TestSet)),
    new DoubleDataFrameColumn("threshold", points.Select(row => row.point.Threshold)),
    new DoubleDataFrameColumn("float_pct", points.Select(row => row.point.FloatPct)),
    new DoubleDataFrameColumn("accuracy_pct", points.Select(row => row.point.AccuracyPct)),
    new DoubleDataFrameColumn("disagreement_pct", points.Select(row => row.point.DisagreementPct)));
foreach (var value in new[] { "float_pct", "accuracy_pct", "disagreement_pct" })
    FrameTable.Write(frame.Pivot("threshold", "strategy", value), AnsiConsole.Console, $"{value}, mean over test sets and seeds");
FrameFile.WriteCsv(frame, "runs/margin-fallback/fallback.csv");
