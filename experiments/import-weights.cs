#:project ../src/GpuQuant.Experiments
// Takes over weights of resnet50 or densenet121 that Keras or torchvision published, with a new last layer for a data set's classes:
//   dotnet run experiments/import-weights.cs -- resnet50.npz --names keras --arch resnet50 --data traps --out runs/resnet50-imagenet
//   gpuquant train --from runs/resnet50-imagenet --arch resnet50 --data traps --learning-rate 0.0001 --out runs/resnet50-traps
// experiments/README.md says how to make the file in Python, and how the published nets differ from these.
// --with-head keeps the published last layer, if the data set has as many classes; --seed N draws the new one; --data-dir DIR.
using System.Globalization;
using GpuQuant;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

string Option(string name, string otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
if (args is not [var file, ..] || file.StartsWith("--", StringComparison.Ordinal))
{
    Console.Error.WriteLine("No file of weights was named; experiments/README.md says how to make one.");
    return args.Contains("--quick") ? 0 : 2;
}
try
{
    var (architecture, seed) = (Option("--arch", "resnet50"), ulong.Parse(Option("--seed", "0"), CultureInfo.InvariantCulture));
    var source = Catalog.Get<IDataSource>("data set", Option("--data", "traps"));
    var data = source.Load(DataPart.Train, Option("--data-dir", DataDirectory.Default));
    var graph = Catalog.Get<IArchitecture>("architecture", architecture).Build(data.SampleShape, data.Classes);
    var mapping = PublishedNames.Of(Option("--names", "keras"), graph, args.Contains("--with-head"));
    var model = WeightImport.Read(file, graph, mapping, Model.Initialize(graph, seed).Parameters);
    var folder = Option("--out", $"runs/{architecture}-start");
    new SavedModel(new ModelCard(source.Name, architecture, "standard", seed, 0), model, source.PreprocessingFor(data)).Write(folder);
    Console.WriteLine($"{graph.Parameters.Count()} parameters of {architecture} for {data.Classes} classes are in {folder}.");
    return 0;
}
catch (GpuQuantException error)
{
    Console.Error.WriteLine(error.Message);
    return error.ExitCode;
}
