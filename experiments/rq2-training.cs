#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// Does the way a net is trained decide how far its deployments disagree with it?
// Research question 2 of Hu et al. 2022, on digits that need no download:
//   dotnet run experiments/rq2-training.cs
using GpuQuant.Experiments;
using Spectre.Console;

Sweep study = new Hu2022Study
{
    Data = ["glyphs"],
    Architectures = ["lenet5"],
    Strategies = ["standard", "qat", "adversarial", "mixup"],
    Quantizers = ["tflite8", "coreml8"],
    TestSets = ["original", "rotate", "scale", "shot_noise", "translate"],
    Retrain = false,
};
if (args.Contains("--quick"))
    study = study.Quick();

var results = study.Run("runs/rq2-training");
Rq1Table.Write(results.ToRq1(), AnsiConsole.Console);

// How a strategy's mean over the shifted sets compares with the others', by deployment.
var frame = results.Disagreement();
var shifted = frame.Filter(frame["test_set"].ElementwiseNotEquals("original"));
FrameTable.Write(shifted.Pivot("strategy", "quantizer", "disagreement_pct"), AnsiConsole.Console, "disagreement, %");
