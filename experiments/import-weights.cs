#:project ../src/GpuQuant.Experiments
// Takes over weights of resnet50 or densenet121 that Keras or torchvision published, with a new last layer for a data set's classes:
//   dotnet run experiments/import-weights.cs -- resnet50.npz --names keras --arch resnet50 --data traps --out runs/resnet50-imagenet
//   gpuquant train --from runs/resnet50-imagenet --arch resnet50 --data traps --learning-rate 0.0001 --out runs/resnet50-traps
// The file is made once, in Python. Keras:
//   import keras, numpy
//   net = keras.applications.ResNet50(weights="imagenet", include_top=False)      # or DenseNet121
//   numpy.savez("resnet50.npz", **{layer.name.replace("/", "_") + "/" + weight.name.split("/")[-1].split(":")[0]: weight.numpy()
//                                  for layer in net.layers for weight in layer.weights})
// torchvision (with --names torchvision; its counters of batches are left out here):
//   import safetensors.torch, torchvision
//   net = torchvision.models.densenet121(weights="IMAGENET1K_V1")                 # or resnet50
//   safetensors.torch.save_file(net.state_dict(), "densenet121.safetensors")
// torchvision's resnet50 has its strides in the 3x3 convolutions, Keras's in the 1x1 before them: with its weights the net begins near, and
// training does the rest; densenet121 is the same net in both. Both saw images normalized per channel, unlike a data set here.
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
    Console.Error.WriteLine("No file of weights was named; the head of this script says how to make one.");
    return args.Contains("--quick") ? 0 : 2;
}
try
{
    var (architecture, seed) = (Option("--arch", "resnet50"), ulong.Parse(Option("--seed", "0"), CultureInfo.InvariantCulture));
    var source = Catalog.Get<IDataSource>("data set", Option("--data", "traps"));
    var data = source.Load(DataPart.Train, Option("--data-dir", DataDirectory.Default));
    var graph = Catalog.Get<IArchitecture>("architecture", architecture).Build(data.SampleShape, data.Classes);
    var hasHead = args.Contains("--with-head");
    var mapping = Option("--names", "keras") switch
    {
        "keras" => PublishedNames.Keras(graph, hasHead),
        "torchvision" => PublishedNames.Torchvision(graph, hasHead),
        var names => throw new UsageException($"--names {names} is not known; give keras or torchvision."),
    };
    var model = WeightImport.Read(file, graph, mapping, Model.Initialize(graph, seed).Parameters);
    var folder = Option("--out", $"runs/{architecture}-start");
    new SavedModel(new ModelCard(source.Name, architecture, "standard", seed, 0), model, source.PreprocessingFor(data)).Write(folder);
    Console.WriteLine($"{graph.Parameters.Count()} parameters of {architecture} for {data.Classes} classes are in {folder}.");
    return 0;
}
catch (Exception error) when (error is UsageException or DataException)
{
    Console.Error.WriteLine(error.Message);
    return error is UsageException ? 2 : 3;
}
