using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>
/// How well uncertainties tell disagreeing inputs by Hu et al. 2022 (arXiv 2204.04220), as their published result files have it: one
/// seed, percentages.
/// </summary>
public sealed class PaperUncertainties
{
    private const string Resource = "rq3.csv", Header = "dataset,architecture,strategy,uncertainty,metric,value";
    private static readonly Lazy<PaperUncertainties> Shared = new(Load);

    private readonly Dictionary<(string Dataset, string Architecture, string Strategy, string Uncertainty, string Metric), double> _values;

    private PaperUncertainties(Dictionary<(string, string, string, string, string), double> values) => _values = values;

    /// <summary>The table.</summary>
    public static PaperUncertainties HuEtAl2022 => Shared.Value;

    /// <summary>The number of values.</summary>
    public int Count => _values.Count;

    /// <summary>The paper's value, or null where it has none: mnist lenet1 standard margin auroc_pct is 94.76.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="architecture">The net.</param>
    /// <param name="strategy">How it was trained.</param>
    /// <param name="uncertainty"><c>entropy</c>, <c>gini</c>, <c>margin</c>, <c>least_confidence</c>.</param>
    /// <param name="metric"><c>auroc_pct</c>, <c>aupr_pct</c>, <c>tnr_at_95tpr_pct</c>.</param>
    public double? Find(string dataset, string architecture, string strategy, string uncertainty, string metric) =>
        _values.TryGetValue((dataset, architecture, strategy, uncertainty, metric), out var value) ? value : null;

    private static PaperUncertainties Load()
    {
        var values = new Dictionary<(string, string, string, string, string), double>();
        foreach (var cells in PaperFile.Lines(Resource, Header))
        {
            values.Add((cells[0], cells[1], cells[2], cells[3], cells[4]), double.Parse(cells[5], CultureInfo.InvariantCulture));
        }
        return new PaperUncertainties(values);
    }
}
