#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// On which inputs do deployments disagree? Can the float model's uncertainty tell?
// Research question 3 of Hu et al. 2022, on digits that need no download:
//   dotnet run experiments/rq3-uncertainty.cs
using GpuQuant;
using GpuQuant.Experiments;
using Spectre.Console;

Sweep study = new Hu2022Study
{
    Data = ["glyphs"],
    Architectures = ["lenet1"],
    TestSets = ["original", "brightness", "rotate", "scale", "shot_noise", "translate"],
    Retrain = false,
};
if (args.Contains("--quick"))
    study = study.Quick();

var results = study.Run("runs/rq3-uncertainty");
var rq3 = results.ToRq3();
Rq3Table.Write(rq3, AnsiConsole.Console);
rq3.WriteCsv("runs/rq3-uncertainty/rq3.csv");
RocPicture.Write(rq3, "runs/rq3-uncertainty/pictures/roc");

// The same rows by any other metric: how many disagreements are among the 1% of inputs with the smallest margin?
var metrics = MetricFrame.Of(results.Rows(), Catalog.All<IMetric>());
FrameTable.Write(metrics.Pivot("test_set", "quantizer", "found_at_1_pct"), AnsiConsole.Console, "disagreements found, %");
