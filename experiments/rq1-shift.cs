#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// Do quantized nets disagree with their float originals more often when the data shift?
// Research question 1 of Hu et al. 2022, on digits that need no download:
//   dotnet run experiments/rq1-shift.cs
// With real data: replace "glyphs" by "mnist" after `gpuquant data get mnist`, and take three seeds.
using GpuQuant.Experiments;
using Spectre.Console;

Sweep study = new Hu2022Study
{
    Data = ["glyphs"],
    Architectures = ["lenet1", "lenet5"],
    Strategies = ["standard"],
    Quantizers = ["tflite8", "tflite16", "coreml8", "coreml16"],
    TestSets = ["original", "identity", "brightness", "impulse_noise", "rotate", "scale", "shear", "shot_noise", "translate"],
    Seeds = 1,
    Retrain = false,
};
if (args.Contains("--quick"))
    study = study.Quick();

var rq1 = study.Run("runs/rq1-shift").ToRq1();
Rq1Table.Write(rq1, AnsiConsole.Console);
rq1.WriteCsv("runs/rq1-shift/rq1.csv");
Rq1Picture.Write(rq1, "runs/rq1-shift/pictures/rq1");

// The table is a DataFrame as well: which test set makes tflite8 disagree most?
var frame = rq1.ToDataFrame();
var tflite8 = frame.Filter(frame["quantizer"].ElementwiseEquals("tflite8"));
Console.WriteLine(tflite8.OrderByDescending("disagreement_pct").Head(3));
