using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>
/// The accuracies and disagreements of Hu et al. 2022, "Characterizing and Understanding the Behavior of Quantized Models for Reliable
/// Deployment" (arXiv 2204.04220), as their published result files have them: one seed, percentages of the inputs.
/// </summary>
public sealed class PaperTable
{
    /// <summary>The metric of accuracies.</summary>
    public const string Accuracy = "accuracy_pct";

    /// <summary>The metric of disagreements.</summary>
    public const string Disagreement = "disagreement_pct";

    private const string Resource = "rq1_rq2.csv", Header = "rq,dataset,architecture,strategy,quantizer,test_set,metric,value";
    private static readonly Lazy<PaperTable> Shared = new(Load);

    private readonly Dictionary<PaperKey, double> _values;
    private readonly HashSet<(string Dataset, string Architecture, string Strategy)> _models;

    private PaperTable(Dictionary<PaperKey, double> values)
    {
        _values = values;
        _models = [.. values.Keys.Select(key => (key.Dataset, key.Architecture, key.Strategy))];
    }

    /// <summary>The table.</summary>
    public static PaperTable HuEtAl2022 => Shared.Value;

    /// <summary>The number of values.</summary>
    public int Count => _values.Count;

    /// <summary>Whether the paper has numbers of a model.</summary>
    public bool Has(string dataset, string architecture, string strategy) => _models.Contains((dataset, architecture, strategy));

    /// <summary>The paper's value, or null where it has none: mnist lenet1 standard tflite8 fog disagreement_pct is 5.42.</summary>
    public double? Find(PaperKey key) => _values.TryGetValue(key, out var value) ? value : null;

    private static PaperTable Load()
    {
        var values = new Dictionary<PaperKey, double>();
        foreach (var cells in PaperFile.Lines(Resource, Header))
        {
            var key = new PaperKey(cells[1], cells[2], cells[3], cells[4], cells[5], cells[6]);
            values.Add(key, double.Parse(cells[7], CultureInfo.InvariantCulture));
        }
        return new PaperTable(values);
    }
}
