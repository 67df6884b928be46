using GpuQuant.Evaluation;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// The disagreement of float models that differ only in their seed: what retraining alone changes, to hold quantization's against.
/// </summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Architecture">The net.</param>
/// <param name="Strategy">How it was trained.</param>
/// <param name="TestSet">The test set.</param>
/// <param name="Pairs">The pairs of seeds.</param>
/// <param name="ChurnPct">Their mean <see cref="Churn"/>, in percent of the inputs.</param>
public sealed record NoiseFloor(string Dataset, string Architecture, string Strategy, string TestSet, int Pairs, double ChurnPct)
{
    internal static NoiseFloor Of(CellKey key, IReadOnlyList<ushort[]> models)
    {
        var pairs = models.Index().SelectMany(one => models.Skip(one.Index + 1).Select(other => (one.Item, Other: other))).ToArray();
        if (pairs.FirstOrDefault(pair => pair.Item.Length != pair.Other.Length) is { Item: not null } odd)
            throw new UsageException($"The test set {key.TestSet} of {key.Dataset} {key.Architecture} {key.Strategy} has {odd.Item.Length} "
                + $"inputs for one seed and {odd.Other.Length} for another; evaluate all seeds on the same inputs.");
        return new(key.Dataset, key.Architecture, key.Strategy, key.TestSet, pairs.Length,
            pairs.Average(pair => Churn.Pct(Array.ConvertAll(pair.Item, c => (int)c), Array.ConvertAll(pair.Other, c => (int)c))));
    }
}
