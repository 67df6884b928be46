using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Rows of a table by number, and the table's gradient.</summary>
internal static class EmbeddingKernel
{
    /// <summary>One thread per value of the output.</summary>
    public static void Gather(
        Index1D i, ArrayView<int> tokens, ArrayView<float> table, ArrayView<float> output, int words, int width)
    {
        var token = tokens[i / width];
        output[i] = float.NaN;
        if (token >= 0 && token < words)
            output[i] = table[token * width + i % width];
    }

    /// <summary>The same of int8.</summary>
    public static void GatherInt8(
        Index1D i, ArrayView<int> tokens, ArrayView<sbyte> table, ArrayView<sbyte> output, int words, int width)
    {
        var token = tokens[i / width];
        output[i] = 0;
        if (token >= 0 && token < words)
            output[i] = table[token * width + i % width];
    }

    /// <summary>
    /// Links each position to the next with the same token (or to the number of positions), and marks the first of each token with 1; one
    /// thread per position.
    /// </summary>
    public static void Link(Index1D position, ArrayView<int> tokens, ArrayView<int> next, ArrayView<int> isFirst, int count)
    {
        var token = tokens[position];
        var (after, before) = (position + 1, position - 1);
        while (after < count && tokens[after] != token)
            after++;
        while (before >= 0 && tokens[before] != token)
            before--;
        next[position] = after;
        isFirst[position] = 0;
        if (before < 0)
            isFirst[position] = 1;
    }

    /// <summary>Sums the gradients of a token's positions in their order; one thread per position and column, at work if it is the first.</summary>
    public static void Sum(
        Index1D i, ArrayView<int> tokens, ArrayView<int> next, ArrayView<int> isFirst, ArrayView<float> gradients,
        ArrayView<float> table, int count, int words, int width)
    {
        var (position, column) = (i / width, i % width);
        var token = tokens[position];
        if (isFirst[position] == 0 || token < 0 || token >= words)
            return;
        var sum = 0f;
        for (var at = position; at < count; at = next[at])
            sum += gradients[at * width + column];
        table[token * width + column] = sum;
    }
}
