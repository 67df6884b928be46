using System.Globalization;
using System.Text;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;

namespace GpuQuant.Experiments;

/// <summary>
/// What post-training passes gain on trained nets: each pass at each width and sharing of steps, weights quantized, arithmetic in float,
/// compared with the float net's logits on the test set.
/// </summary>
/// <param name="Folders">Models of one architecture, usually several seeds.</param>
public sealed record PostTrainingComparison(IReadOnlyList<string> Folders)
{
    /// <summary>Widths of the weights.</summary>
    public IReadOnlyList<int> Bits { get; init; } = [4, 8];

    /// <summary>What has one step: <c>tensor</c>, <c>channel</c>, <c>group:32</c>.</summary>
    public IReadOnlyList<string> Granularities { get; init; } = ["tensor", "channel"];

    /// <summary>The passes by name; empty: all.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Only the first test samples.</summary>
    public int Samples { get; init; } = 10_000;

    /// <summary>Where to compute.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The data folder; null: the default one.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Compares; says on stderr how far it is.</summary>
    public IReadOnlyList<PostTrainingRow> Run()
    {
        using var backend = Devices.Open(Device, Catalog.All<IBackendProvider>());
        var rows = new List<PostTrainingRow>();
        foreach (var folder in Folders)
            foreach (var row in RowsOf(SavedModel.Read(folder), backend))
            {
                rows.Add(row);
                Console.Error.WriteLine($"{folder}: {row.Weights} {row.Method}: {row.Distance.Accuracy:P2}");
            }
        return rows;
    }

    /// <summary>The rows as Markdown, means over the models of one net.</summary>
    public static string ToMarkdown(IReadOnlyList<PostTrainingRow> rows) =>
        "| net | weights | method | accuracy % | disagreement % | SQNR of logits, dB | bytes |\n|---|---|---|---|---|---|---|\n"
        + string.Concat(Groups(rows).Select(group => FormattableString.Invariant(
            $"| {group[0].Net} | {group[0].Weights} | {group[0].Method} | {Text(group, row => 100 * row.Distance.Accuracy)} | ")
            + $"{Text(group, row => 100 * row.Distance.Disagreement)} | {Text(group, row => row.Distance.SqnrDb)} | "
            + FormattableString.Invariant($"{group[0].Bytes:N0} |\n")));

    /// <summary>Writes the same as csv, with deviations and divergences.</summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void WriteCsv(IReadOnlyList<PostTrainingRow> rows, string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("net,weights,method,seeds,accuracy,accuracy_sd,disagreement,disagreement_sd,sqnr_db,sqnr_db_sd,kl,kl_sd,bytes");
        foreach (var group in Groups(rows))
        {
            var accuracy = Of(group, row => 100 * row.Distance.Accuracy);
            var disagreement = Of(group, row => 100 * row.Distance.Disagreement);
            var (sqnr, kl) = (Of(group, row => row.Distance.SqnrDb), Of(group, row => row.Distance.KlDivergence));
            writer.WriteLine(FormattableString.Invariant($"{group[0].Net},{group[0].Weights},{group[0].Method},{group.Length},")
                + FormattableString.Invariant($"{accuracy.Mean:F4},{accuracy.StandardDeviation ?? 0:F4},")
                + FormattableString.Invariant($"{disagreement.Mean:F4},{disagreement.StandardDeviation ?? 0:F4},")
                + FormattableString.Invariant($"{sqnr.Mean:F3},{sqnr.StandardDeviation ?? 0:F3},")
                + FormattableString.Invariant($"{kl.Mean:G6},{kl.StandardDeviation ?? 0:G6},{group[0].Bytes}"));
        }
    });

    private IEnumerable<PostTrainingRow> RowsOf(SavedModel saved, Backend backend)
    {
        var (net, source) = (saved.Card.Architecture, Catalog.Get<IDataSource>("data set", saved.Card.Dataset));
        var folder = DataDirectory ?? GpuQuant.Data.DataDirectory.Default;
        var calibration = new CalibrationData(backend, source.Load(DataPart.Train, folder), saved.Preprocessing);
        var test = Subset.First(source.Load(DataPart.Test, folder), Samples);
        var model = FoldBatchNorm.Apply(saved.Model);
        var exact = OutputDistance.Logits(model, calibration, test);
        yield return new(net, "float", "float", OutputDistance.Of(exact, exact, test), Size(model, null));
        foreach (var bits in Bits)
            foreach (var granularity in Granularities)
                foreach (var (method, apply) in Passes(model, calibration).Where(IsWanted))
                {
                    QuantizerSpec Spec(string range) => QuantizerSpec.Parse($"int{bits}n symmetric {granularity} {range}");
                    var logits = OutputDistance.Logits(apply(Spec), calibration, test);
                    var distance = OutputDistance.Of(exact, logits, test);
                    yield return new(net, $"w{bits} {granularity}", method, distance, Size(model, Spec("minmax")));
                }
    }

    private bool IsWanted((string Method, Func<Func<string, QuantizerSpec>, Model>) pass) =>
        Methods.Count == 0 || Methods.Contains(pass.Method);

    // From the least work to the most. Learned and moved weights start from the range of least squared error, as is their custom.
    private static IEnumerable<(string Method, Func<Func<string, QuantizerSpec>, Model> Apply)> Passes(
        Model model, CalibrationData calibration)
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
    private static long Size(Model model, QuantizerSpec? spec) => model.Graph.Parameters.Sum(parameter =>
        spec is not null && parameter.Spec.Name == "kernel"
            ? QuantizedTensor.Of(model.Parameters[parameter.Name], spec).Bytes : model.Parameters[parameter.Name].Bytes.Length);

    private static IEnumerable<PostTrainingRow[]> Groups(IReadOnlyList<PostTrainingRow> rows) =>
        rows.GroupBy(row => (row.Net, row.Weights, row.Method)).Select(group => group.ToArray());

    private static Spread Of(PostTrainingRow[] rows, Func<PostTrainingRow, double> value) => Spread.Of([.. rows.Select(value)]);

    private static string Text(PostTrainingRow[] rows, Func<PostTrainingRow, double> value) => Of(rows, value) is var spread
        && double.IsInfinity(spread.Mean) ? "inf"
        : string.Create(CultureInfo.InvariantCulture, $"{spread.Mean:F2} ± {spread.StandardDeviation ?? 0:F2}");
}
