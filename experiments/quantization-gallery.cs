#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// What does each quantization scheme cost, and where in the net does it cost it?
// A table scheme x net and pictures, layer by layer, on clean and shifted data, from trained models:
//   dotnet run experiments/quantization-gallery.cs runs/lenet5 runs/resnet20 --out results/quantization
// --schemes tflite8,int4 takes some of the schemes. Without folders it trains a net on digits that need no download; --quick does that in a minute, on few samples.
using GpuQuant;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Experiments;
using GpuQuant.Models;
using GpuQuant.Training;
using GpuQuant.Training.Strategies;

var isQuick = args.Contains("--quick");
string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
var output = Option("--out") ?? "runs/quantization-gallery";
var folders = args.Where((arg, i) => !arg.StartsWith("--", StringComparison.Ordinal) && (i == 0 || args[i - 1] is not ("--out" or "--schemes")))
    .ToList();
if (folders.Count == 0)
    folders.Add(Train(Path.Combine(output, "lenet5"), isQuick ? 1 : 5));

var gallery = new QuantizationGallery();
if (isQuick)
    gallery = gallery with { Schemes = ["tflite8", "onnx-qdq", "int4"], Count = 500, LayerCount = 100 };
if (Option("--schemes") is { } schemes)
    gallery = gallery with { Schemes = schemes.Split(',') };
gallery.Run(folders, output, Console.WriteLine);
Console.WriteLine(Path.Combine(output, "README.md"));

static string Train(string folder, int epochs)
{
    using var backend = Devices.Open("auto", Catalog.All<IBackendProvider>());
    var source = new GlyphsSource();
    var options = ModelTraining.Defaults(source, new StandardStrategy()) with { Epochs = epochs };
    new ModelTraining(source, new Lenet5(), new StandardStrategy(), options)
        .Run(backend, source.Load(DataPart.Train, ""), test: null, folder);
    return folder;
}
