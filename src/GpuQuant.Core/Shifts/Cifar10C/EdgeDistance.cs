namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// The distance of every pixel to the nearest edge pixel, approximated by steps of 1 (to a side), 1.4 (diagonal) and 2.1969 (a knight's
/// move) as OpenCV does it, with 16 fractional bits: two sweeps, down and up (Borgefors 1986, "Distance transformations in digital
/// images").
/// </summary>
/// <example>Two pixels to the right of an edge pixel and one below, the distance is 2.1969; the root of 5 is 2.2361.</example>
internal static class EdgeDistance
{
    private const int Margin = 2, Side = 65536, Diagonal = 91750, Knight = 143976, None = 1 << 28;

    /// <summary>Computes the distances in pixels; 4,096 where there is no edge at all.</summary>
    /// <param name="edges">Height x width bytes, not 0 on edges.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="distances">Receives as many values.</param>
    public static void Compute(ReadOnlySpan<byte> edges, int width, Span<float> distances)
    {
        var stride = width + 2 * Margin;
        using var rented = new Rented<int>((edges.Length / width + 2 * Margin) * stride);
        var padded = rented.Span;
        padded.Fill(None);
        for (var i = 0; i < edges.Length; i++)
            Relax(padded, Place(i, width), -stride, edges[i] != 0);
        for (var i = edges.Length - 1; i >= 0; i--)
            Relax(padded, Place(i, width), stride, edges[i] != 0);
        for (var i = 0; i < edges.Length; i++)
            distances[i] = padded[Place(i, width)] * (1f / Side);
    }

    private static int Place(int pixel, int width) =>
        (pixel / width + Margin) * (width + 2 * Margin) + pixel % width + Margin;

    /// <summary>The shortest way over those neighbours that were there before: towards the row at <paramref name="next"/>.</summary>
    private static void Relax(Span<int> distances, int place, int next, bool isEdge)
    {
        var before = Math.Sign(next);
        var straight = Math.Min(distances[place + next], distances[place + before]) + Side;
        var diagonal = Math.Min(distances[place + next - 1], distances[place + next + 1]) + Diagonal;
        var knight = Math.Min(
            Math.Min(distances[place + next - 2], distances[place + next + 2]),
            Math.Min(distances[place + 2 * next - 1], distances[place + 2 * next + 1])) + Knight;
        var shortest = Math.Min(Math.Min(distances[place], straight), Math.Min(diagonal, knight));
        distances[place] = isEdge ? 0 : Math.Min(shortest, None);
    }
}
