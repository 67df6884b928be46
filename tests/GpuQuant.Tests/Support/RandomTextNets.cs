using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>
/// Small random nets for texts, of either kind of recurrent layer and sometimes both, random weights, and texts for them.
/// </summary>
internal static class RandomTextNets
{
    private static readonly double[] Deviations = [0.1, 0.4, 1.5];

    /// <summary>One net.</summary>
    public static (Model Model, SmallTexts Texts, float[] Input) Draw(ulong seed, int count)
    {
        var random = new RandomStream(seed, RandomPurpose.Test);
        var (length, words, width) = (random.NextInt32(1, 8), random.NextInt32(2, 30), random.NextInt32(1, 40));
        var graph = TestModels.Build(new Shape(length), (b, x) =>
        {
            var steps = b.SpatialDropout(b.Embedding(x, words, width), 0.3f);
            var y = random.NextInt32(0, 5) switch
            {
                0 => b.Concat([b.Lstm(steps, random.NextInt32(1, 20)), b.Gru(steps, random.NextInt32(1, 20))]),
                1 or 2 => b.Lstm(steps, random.NextInt32(1, 40), 0.3f),
                _ => b.Gru(steps, random.NextInt32(1, 40), 0.3f),
            };
            y = b.Dense(b.Dropout(y, 0.3f), 2);
            return random.NextInt32(0, 4) == 0 ? b.Softmax(y) : b.Activate(y, Activation.Sigmoid);
        }, DType.Int32);
        var texts = SmallTexts.Draw(seed, count, length, words);
        return (TestModels.Random(graph, seed, Deviations[random.NextInt32(0, Deviations.Length)]), new SmallTexts(texts),
            [.. texts.SelectMany(text => text.Select(word => (float)word))]);
    }
}
