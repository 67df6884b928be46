#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// Which disagreements do harm, and how many are found by checking the inputs with the smallest margin?
//   dotnet run experiments/early-warning.cs [FOLDER]      (FOLDER: a study that has run; else digits that need no download)
using GpuQuant;
using GpuQuant.Experiments;
using Spectre.Console;

Sweep sweep = new() { Architectures = ["lenet5"], TestSets = ["original", "rotate", "scale", "shot_noise", "translate"], Seeds = 3 };
if (args.Contains("--quick"))
    sweep = sweep.Quick();
var results = args is [var folder, ..] && folder != "--quick" ? Results.Load(folder) : sweep.Run("runs/early-warning");

var frame = MetricFrame.Of(results.Rows().Where(cell => cell.Key.Quantizer != Rq1Row.Reference), Catalog.All<IMetric>());
foreach (var (metric, title) in new[]
{
    ("negative_flip_pct", "right to wrong, % of the inputs"), ("positive_flip_pct", "wrong to right"),
    ("harmless_change_pct", "wrong either way"), ("found_at_1_pct", "% of disagreements among the 1% of least margin"),
    ("found_at_5_pct", "among the 5%"), ("found_at_10_pct", "among the 10%"),
})
    FrameTable.Write(frame.Pivot("strategy", "quantizer", metric), AnsiConsole.Console, title);
FrameFile.WriteCsv(frame, "runs/early-warning/metrics.csv");
