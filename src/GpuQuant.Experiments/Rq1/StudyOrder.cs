using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The order of cells in tables and files: the study's own for what it names, then by name.</summary>
internal sealed class StudyOrder : IComparer<CellKey>
{
    /// <summary>The unshifted test set.</summary>
    public const string Original = "original";

    /// <summary>MNIST-C's unshifted copy, which counts as no shift.</summary>
    public const string Identity = "identity";

    private static readonly string[] Datasets = ["mnist", "cifar10", "imdb", "iwildcam"];
    private static readonly string[] Architectures =
        ["lenet1", "lenet5", "resnet20", "nin", "lstm", "gru", "densenet121", "resnet50"];
    private static readonly string[] Strategies = ["standard", "qat", "adversarial", "mixup"];
    private static readonly string[] Quantizers = [Rq1Row.Reference, .. Deployments];
    private static readonly string[] TestSets = [Original];

    public static readonly StudyOrder Instance = new();

    /// <summary>The study's deployments.</summary>
    public static IReadOnlyList<string> Deployments => ["tflite8", "tflite16", "coreml8", "coreml16"];

    /// <summary>Whether a test set counts among the shifted ones.</summary>
    public static bool IsShifted(string testSet) => testSet is not (Original or Identity);

    /// <summary>Compares data set, architecture, strategy, quantizer, test set, seed, in that order.</summary>
    public int Compare(CellKey? x, CellKey? y)
    {
        if (x is null || y is null)
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        Span<int> parts =
        [
            Compare(Datasets, x.Dataset, y.Dataset), Compare(Architectures, x.Architecture, y.Architecture),
            Compare(Strategies, x.Strategy, y.Strategy), Compare(Quantizers, x.Quantizer, y.Quantizer),
            Compare(TestSets, x.TestSet, y.TestSet), x.Seed.CompareTo(y.Seed),
        ];
        foreach (var part in parts)
        {
            if (part != 0)
                return part;
        }
        return 0;
    }

    private static int Compare(string[] known, string x, string y)
    {
        var ranks = Rank(known, x).CompareTo(Rank(known, y));
        return ranks != 0 ? ranks : string.CompareOrdinal(x, y);
    }

    private static int Rank(string[] known, string name) =>
        Array.IndexOf(known, name) is var rank && rank >= 0 ? rank : known.Length;
}
