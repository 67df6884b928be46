#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// What makes the paper's CIFAR-10 tflite8 numbers odd? Its harness truncates inputs where it should round, and its uint8 softmax ties.
//   dotnet run experiments/input-cast.cs -- cifar10         (4 epochs of resnet20; without a data set: drawn shapes, no download)
using GpuQuant.Experiments;
using Spectre.Console;

var data = args is [var name, ..] && name != "--quick" ? name : "shapes";
Sweep sweep = new()
{
    Data = [data],
    Architectures = ["resnet20"],
    Quantizers = ["tflite8", "tflite8-truncate"],
    TestSets = ["original", "brightness", "snow", "spatter", "speckle_noise", "zoom_blur"],
    Epochs = 4,
};
if (args.Contains("--quick"))
    sweep = sweep.Quick();

var frame = sweep.Run($"runs/input-cast-{data}").Disagreement();
FrameTable.Write(frame.Pivot("test_set", "quantizer", "disagreement_pct"), AnsiConsole.Console, "disagreement, %");
FrameTable.Write(frame.Pivot("test_set", "quantizer", "tie_pct"), AnsiConsole.Console, "the part of it that is ties, %");
FrameFile.WriteCsv(frame, $"runs/input-cast-{data}/disagreement.csv");
