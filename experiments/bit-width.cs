#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// How does disagreement grow with fewer bits and with more severe shifts? Weights of 2, 4 and 8 bits, severities 1 to 5.
//   dotnet run experiments/bit-width.cs
using GpuQuant.Experiments;
using Spectre.Console;

Sweep sweep = new()
{
    Architectures = ["lenet5"],
    Quantizers = ["w2a8", "w4a8", "tflite8", "int16x8"],
    TestSets = ["original", "rotate", "scale", "shot_noise", "fog"],
    Severities = [1, 2, 3, 4, 5],
    Seeds = 3,
};
if (args.Contains("--quick"))
    sweep = sweep.Quick();

var results = sweep.Run("runs/bit-width");
FrameTable.Write(results.Disagreement().Pivot("test_set", "quantizer", "disagreement_pct"), AnsiConsole.Console, "disagreement, %");
SeverityPicture.Write(results.ToRq1(), "runs/bit-width/pictures/severity");
FrameFile.WriteCsv(results.Disagreement(), "runs/bit-width/disagreement.csv");
