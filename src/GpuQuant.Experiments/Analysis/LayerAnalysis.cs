using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Models;
using GpuQuant.Numerics;
using Microsoft.Data.Analysis;

namespace GpuQuant.Experiments;

/// <summary>A deployed model beside its float model, layer by layer: errors on test sets, weights, costs.</summary>
/// <param name="Card">What the deployed model is.</param>
/// <param name="TestSets">The layers' outputs, per test set.</param>
/// <param name="Weights">The layers' weights.</param>
/// <param name="Costs">What layers take on disk and in arithmetic.</param>
/// <example>
/// <code>
/// var analysis = LayerAnalysis.Of(backend, trained, deployed, "runs/a/model.safetensors", [("original", test), ("fog", fog)]);
/// SqnrPicture.Write(analysis, "runs/a/pictures/sqnr");
/// var frame = analysis.ToDataFrame();
/// </code>
/// </example>
public sealed record LayerAnalysis(ModelCard Card, IReadOnlyList<TestSetComparison> TestSets,
    IReadOnlyList<WeightComparison> Weights, IReadOnlyList<LayerCost> Costs)
{
    /// <summary>Analyses a deployed model.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="trained">The model that it was made from.</param>
    /// <param name="deployed">The deployed model.</param>
    /// <param name="file">Its file, for the sizes.</param>
    /// <param name="testSets">The test sets; each is read when its turn comes.</param>
    /// <exception cref="UsageException">The models are not forms of one net, or a test set does not fit them.</exception>
    public static LayerAnalysis Of(Backend backend, SavedModel trained, SavedModel deployed, string file,
        IEnumerable<(string Name, IDataset Data)> testSets)
    {
        using var comparer = new LayerComparer(backend, trained.Model, deployed.Model, deployed.Preprocessing);
        return new(deployed.Card, [.. testSets.Select(set => new TestSetComparison(set.Name, comparer.Compare(set.Data)))],
            WeightComparison.Of(trained.Model, deployed.Model), LayerCost.Of(deployed.Model, SafetensorsFile.Read(file).Tensors));
    }

    /// <summary>A row per test set and layer; percentages of float layers are empty.</summary>
    public DataFrame ToDataFrame()
    {
        var rows = TestSets.SelectMany(set => set.Layers.Select(layer => (set.TestSet, Layer: layer))).ToArray();
        return new(
        [
            new StringDataFrameColumn("test_set", rows.Select(row => row.TestSet)),
            new StringDataFrameColumn("layer", rows.Select(row => row.Layer.Layer)),
            new StringDataFrameColumn("op", rows.Select(row => row.Layer.Kind)),
            new Int64DataFrameColumn("values", rows.Select(row => row.Layer.Values)),
            .. Errors("", layer => layer.Accumulated), .. Errors("own_", layer => layer.Own),
            new DoubleDataFrameColumn("saturation_pct", rows.Select(row => row.Layer.SaturationPct)),
            new DoubleDataFrameColumn("dead_range_pct", rows.Select(row => row.Layer.DeadRangePct)),
        ]);

        DataFrameColumn[] Errors(string prefix, Func<LayerComparison, LayerError> error) =>
        [
            Column(prefix + "mse", layer => error(layer).Mse), Column(prefix + "sqnr_db", layer => error(layer).SqnrDb),
            Column(prefix + "cosine", layer => error(layer).Cosine), Column(prefix + "greatest_error", layer => error(layer).Greatest),
        ];

        DoubleDataFrameColumn Column(string name, Func<LayerComparison, double> value) => new(name, rows.Select(row => value(row.Layer)));
    }

    /// <summary>Writes the same as a csv file; an infinite ratio is <c>inf</c>.</summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void WriteCsv(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("test_set,layer,op,values,mse,sqnr_db,cosine,greatest_error,own_mse,own_sqnr_db,own_cosine,own_greatest_error,"
            + "saturation_pct,dead_range_pct");
        foreach (var (set, layer) in TestSets.SelectMany(set => set.Layers.Select(layer => (set.TestSet, layer))))
            writer.WriteLine(string.Join(',', [CsvField.Quote(set), CsvField.Quote(layer.Layer), layer.Kind,
                layer.Values.ToString(CultureInfo.InvariantCulture), .. Fields(layer.Accumulated), .. Fields(layer.Own),
                Number(layer.SaturationPct), Number(layer.DeadRangePct)]));
    });

    /// <summary>Writes the layers' costs as a csv file.</summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void WriteCostsCsv(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine("layer,op,macs,width,bytes");
        foreach (var cost in Costs)
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{CsvField.Quote(cost.Layer)},{cost.Kind},{cost.Macs},{cost.Width},{cost.Bytes}"));
    });

    private static IEnumerable<string> Fields(LayerError error) =>
        [Number(error.Mse), Number(error.SqnrDb), Number(error.Cosine), Number(error.Greatest)];

    // Seven digits are as many as the float values have.
    private static string Number(double? value) => value switch
    {
        null => "",
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        { } number => number.ToString("G7", CultureInfo.InvariantCulture),
    };
}
