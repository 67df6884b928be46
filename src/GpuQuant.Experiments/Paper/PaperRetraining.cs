using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>
/// Disagreements on the original test set before and after retraining with them, by Hu et al. 2022 (arXiv 2204.04220), as their published
/// result files have it: one seed, counts of inputs.
/// </summary>
public sealed class PaperRetraining
{
    private const string CountsFile = "rq4.csv", CountsHeader = "dataset,architecture,quantizer,when,disagreements,disagreement_pct";
    private const string ChangesFile = "rq4_old_new.csv", ChangesHeader = "dataset,architecture,old_remaining,new";
    private static readonly Lazy<PaperRetraining> Shared = new(() => new());

    private readonly Dictionary<(string Dataset, string Architecture, string Quantizer, string When), int> _counts;
    private readonly Dictionary<(string Dataset, string Architecture), (int OldRemaining, int New)> _changes;

    private PaperRetraining()
    {
        _counts = PaperFile.Lines(CountsFile, CountsHeader)
            .ToDictionary(cells => (cells[0], cells[1], cells[2], cells[3]), cells => Int(cells[4]));
        _changes = PaperFile.Lines(ChangesFile, ChangesHeader)
            .ToDictionary(cells => (cells[0], cells[1]), cells => (Int(cells[2]), Int(cells[3])));
    }

    /// <summary>The table.</summary>
    public static PaperRetraining HuEtAl2022 => Shared.Value;

    /// <summary>The nets that were retrained.</summary>
    public IReadOnlyCollection<(string Dataset, string Architecture)> Models => _changes.Keys;

    /// <summary>Disagreements of a deployment before; null where the paper has none: mnist lenet1 tflite8 had 14.</summary>
    public int? Before(string dataset, string architecture, string quantizer) => Find(dataset, architecture, quantizer, "before");

    /// <summary>Disagreements of a deployment after; mnist lenet1 tflite8 had 7.</summary>
    public int? After(string dataset, string architecture, string quantizer) => Find(dataset, architecture, quantizer, "after");

    /// <summary>Of any deployment, old disagreements that remained and new ones; mnist lenet1 had 1 and 15.</summary>
    public (int OldRemaining, int New)? Changes(string dataset, string architecture) =>
        _changes.TryGetValue((dataset, architecture), out var changes) ? changes : null;

    private int? Find(string dataset, string architecture, string quantizer, string when) =>
        _counts.TryGetValue((dataset, architecture, quantizer, when), out var count) ? count : null;

    private static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
