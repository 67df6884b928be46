#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// A sweep of one's own: do the learning rate and the batch size change how far an int8 net disagrees with its original?
//   dotnet run experiments/sweep.cs
// Two processes share the work; the results are the same bytes with any number of them.
using GpuQuant.Experiments;
using GpuQuant.Training.Optimizers;
using Spectre.Console;

float[] rates = [3e-4f, 1e-3f, 3e-3f];
int[] batches = [64, 256];
var sweep = new Sweep { Architectures = ["lenet1"], Quantizers = ["tflite8"], TestSets = ["original", "rotate", "scale"], Seeds = 2 }
    .Over("rate", rates, (options, rate) => options with { Optimizer = new Adam { LearningRate = rate } })
    .Over("batch", batches, (options, batch) => options with { BatchSize = batch })
    .Where(model => model.Options.BatchSize > 64 || model.Options.Seed == 0)
    with { Launcher = new LocalLauncher { Workers = 2 } };
if (args.Contains("--quick"))
    sweep = sweep.Quick();

var results = sweep.Run("runs/sweep");
FrameTable.Write(results.Disagreement().Pivot("strategy", "test_set", "disagreement_pct"), AnsiConsole.Console, "disagreement, %");
FrameTable.Write(results.Disagreement().Summarize(["strategy"], "disagreement_pct"), AnsiConsole.Console, "over test sets and seeds");
FrameFile.WriteCsv(results.Disagreement(), "runs/sweep/disagreement.csv");
