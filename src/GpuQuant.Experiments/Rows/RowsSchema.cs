using GpuQuant.Evaluation;
using Parquet.Schema;

namespace GpuQuant.Experiments;

/// <summary>The columns of a rows file, in order; no value is ever missing.</summary>
internal static class RowsSchema
{
    /// <summary>The metadata key of the format.</summary>
    public const string FormatKey = "gpuquant.rows";

    /// <summary>The format that this code reads and writes.</summary>
    public const string Format = "3";

    public static readonly DataField Dataset = Text("dataset"), Architecture = Text("architecture"), Strategy = Text("strategy");
    public static readonly DataField Seed = new DataField<long>("seed");
    public static readonly DataField Quantizer = Text("quantizer"), TestSet = Text("test_set"), Origin = Text("origin");
    public static readonly DataField Index = new DataField<int>("index"), Label = new DataField<int>("label");
    public static readonly DataField FloatClass = new DataField<int>("float_class"), QuantizedClass = new DataField<int>("quantized_class");
    public static readonly DataField Tie = new DataField<bool>("tie");
    public static readonly DataField[] Scores =
    [
        .. new[]
        {
            "top1", "top2", "entropy", "gini", "margin", "least_confidence", "kl", "js", "label_probability",
            "quantized_top1", "quantized_top2", "quantized_label_probability",
        }.Select(name => new DataField<float>(name)),
    ];
    public static readonly DataField Top5 = new DataField<int>("top5");

    public static readonly DataField[] All =
    [
        Dataset, Architecture, Strategy, Seed, Quantizer, TestSet, Origin, Index, Label, FloatClass, QuantizedClass, Tie, .. Scores, Top5,
    ];

    /// <summary>The float columns of a cell, in the order of <see cref="Scores"/>.</summary>
    public static float[][] ScoresOf(EvaluationRows cell) =>
    [
        cell.Top1, cell.Top2, cell.Entropy, cell.Gini, cell.Margin, cell.LeastConfidence, cell.KlDivergence, cell.JsDivergence,
        cell.LabelProbability, cell.QuantizedTop1, cell.QuantizedTop2, cell.QuantizedLabelProbability,
    ];

    /// <summary>The name of a cell in messages: <c>mnist/lenet5/standard/seed 1/tflite8/shot_noise</c>.</summary>
    public static string NameOf(CellKey key) =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{key.Dataset}/{key.Architecture}/{key.Strategy}/seed {key.Seed}/{key.Quantizer}/{key.TestSet}");

    private static DataField Text(string name) => new(name, typeof(string), isNullable: false);
}
