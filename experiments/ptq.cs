#:project ../src/GpuQuant.Experiments
#:project ../src/GpuQuant.Backends.Ilgpu
// What do post-training passes gain on trained nets, and where do they not help? Weights of 4 and 8 bits, float arithmetic.
//   dotnet run experiments/ptq.cs -- --out results/ptq runs/lenet5-0 runs/lenet5-1 runs/lenet5-2
// Folders of one architecture, usually several seeds; --count N takes the first N test samples, --device X, --data-dir DIR;
// --bits 4, --share channel (what has one step) and --only "nearest,AdaRound" take a part of the table.
using System.Globalization;
using GpuQuant;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;

string Option(string name, string otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
bool IsOption(string text) => text.StartsWith("--", StringComparison.Ordinal);
var folders = args.Where((text, i) => !IsOption(text) && (i == 0 || !IsOption(args[i - 1])));
if (!folders.Any())
{
    Console.Error.WriteLine("No folder of a trained model was named; make one with 'gpuquant train' and give its path.");
    return args.Contains("--quick") ? 0 : 2;
}
var count = int.Parse(Option("--count", "10000"), CultureInfo.InvariantCulture);
var only = Option("--only", "").Split(',', StringSplitOptions.RemoveEmptyEntries);
using var backend = Devices.Open(Option("--device", "auto"), Catalog.All<IBackendProvider>());
var rows = new List<(string Net, string Weights, string Method, OutputDistance Distance, long Bytes)>();

foreach (var folder in folders)
{
    var saved = SavedModel.Read(folder);
    var source = Catalog.Get<IDataSource>("data set", saved.Card.Dataset);
    var dataFolder = Option("--data-dir", DataDirectory.Default);
    var calibration = new CalibrationData(backend, source.Load(DataPart.Train, dataFolder), saved.Preprocessing);
    var test = Subset.First(source.Load(DataPart.Test, dataFolder), count);
    var model = FoldBatchNorm.Apply(saved.Model);
    var exact = OutputDistance.Logits(model, calibration, test);
    rows.Add((saved.Card.Architecture, "float", "float", OutputDistance.Of(exact, exact, test), Bytes(model, null)));
    foreach (var bits in Option("--bits", "4,8").Split(',').Select(text => int.Parse(text, CultureInfo.InvariantCulture)))
        foreach (var granularity in Option("--share", "tensor,channel").Split(','))
            foreach (var (method, apply) in Methods(model, calibration))
            {
                if (only.Length > 0 && !only.Contains(method))
                    continue;
                QuantizerSpec Spec(string range) => QuantizerSpec.Parse($"int{bits}n symmetric {granularity} {range}");
                var quantized = apply(Spec);
                rows.Add((saved.Card.Architecture, $"w{bits} {granularity}", method,
                    OutputDistance.Of(exact, OutputDistance.Logits(quantized, calibration, test), test), Bytes(model, Spec("minmax"))));
                Console.Error.WriteLine($"{folder}: {rows[^1].Weights} {method}: {rows[^1].Distance.Accuracy:P2}");
            }
}

var csv = new StringWriter(CultureInfo.InvariantCulture);
csv.WriteLine("net,weights,method,seeds,accuracy,accuracy_sd,disagreement,disagreement_sd,sqnr_db,sqnr_db_sd,kl,kl_sd,bytes");
Console.WriteLine("| net | weights | method | accuracy % | disagreement % | SQNR of logits, dB | bytes |\n|---|---|---|---|---|---|---|");
foreach (var group in rows.GroupBy(row => (row.Net, row.Weights, row.Method)))
{
    var (net, weights, method) = group.Key;
    var accuracy = Statistics(group.Select(row => 100 * row.Distance.Accuracy));
    var disagreement = Statistics(group.Select(row => 100 * row.Distance.Disagreement));
    var sqnr = Statistics(group.Select(row => row.Distance.SqnrDb));
    var (kl, bytes) = (Statistics(group.Select(row => row.Distance.KlDivergence)), group.First().Bytes);
    Console.WriteLine(FormattableString.Invariant(
        $"| {net} | {weights} | {method} | {Text(accuracy)} | {Text(disagreement)} | {Text(sqnr)} | {bytes:N0} |"));
    csv.WriteLine(FormattableString.Invariant($"{net},{weights},{method},{group.Count()},{accuracy.Mean:F4},")
        + FormattableString.Invariant($"{accuracy.Deviation:F4},{disagreement.Mean:F4},{disagreement.Deviation:F4},{sqnr.Mean:F3},")
        + FormattableString.Invariant($"{sqnr.Deviation:F3},{kl.Mean:G6},{kl.Deviation:G6},{bytes}"));
}
var target = Option("--out", "runs/ptq");
Directory.CreateDirectory(target);
AtomicFile.Write(Path.Combine(target, "ptq.csv"), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(csv.ToString())));
return 0;

// Passes from the least work to the most. Learned and moved weights start from the range of least squared error, as is their custom.
static IEnumerable<(string Method, Func<Func<string, QuantizerSpec>, Model> Apply)> Methods(Model model, CalibrationData calibration)
{
    var equal = CrossLayerEqualization.Apply(model);
    yield return ("nearest", spec => QuantizeWeights.Apply(model, spec("minmax")));
    yield return ("mse range", spec => QuantizeWeights.Apply(model, spec("mse")));
    yield return ("equalization", spec => QuantizeWeights.Apply(equal, spec("minmax")));
    yield return ("bias correction", spec => BiasCorrection.Apply(model, QuantizeWeights.Apply(model, spec("minmax")), calibration));
    yield return ("equalization + bias correction",
        spec => BiasCorrection.Apply(equal, QuantizeWeights.Apply(equal, spec("minmax")), calibration));
    yield return ("GPTQ", spec => Gptq.Apply(model, spec("mse"), calibration));
    yield return ("AdaRound", spec => AdaRound.Apply(model, spec("mse"), calibration));
}

// Weights as packed integers with their steps, all else as float32.
static long Bytes(Model model, QuantizerSpec? spec) => model.Graph.Parameters.Sum(parameter =>
    spec is not null && parameter.Spec.Name == "kernel"
        ? QuantizedTensor.Of(model.Parameters[parameter.Name], spec).Bytes : model.Parameters[parameter.Name].Bytes.Length);

static (double Mean, double Deviation) Statistics(IEnumerable<double> values)
{
    var all = values.ToArray();
    var mean = all.Average();
    return (mean, all.Length < 2 ? 0 : Math.Sqrt(all.Sum(value => (value - mean) * (value - mean)) / (all.Length - 1)));
}

static string Text((double Mean, double Deviation) value) => double.IsInfinity(value.Mean)
    ? "inf" : string.Create(CultureInfo.InvariantCulture, $"{value.Mean:F2} ± {value.Deviation:F2}");
