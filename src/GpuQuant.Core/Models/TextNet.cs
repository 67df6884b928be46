using GpuQuant.Backends;
using GpuQuant.Data.Text;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>What the study's nets for texts share: all but the recurrent layer.</summary>
internal static class TextNet
{
    private const int Width = 128;
    private const float Dropout = 0.3f;

    /// <summary>The graph; the table has a row for every number that the text sets' tokenizer gives.</summary>
    public static Graph Build(string name, Shape input, int classes, Func<GraphBuilder, Node, float, Node> recurrent)
    {
        if (input.Rank != 1)
            throw new UsageException(
                $"{name} takes texts, a row of word numbers such as {ImdbSource.Length}; the samples are {input}: choose a net for images.");
        var b = new GraphBuilder();
        var x = b.SpatialDropout(b.Embedding(b.Input(input, DType.Int32), ImdbSource.WordLimit, Width), Dropout);
        x = b.Dropout(recurrent(b, x, Dropout), Dropout);
        return b.Build(b.Activate(b.Dense(x, classes), Activation.Sigmoid));
    }
}
