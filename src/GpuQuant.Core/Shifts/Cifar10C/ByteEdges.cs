namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Edges of a grey picture (Canny 1986, "A computational approach to edge detection") in whole numbers as OpenCV finds them: 3 x 3 Sobel
/// gradients, the edge's pixels repeated outside; strength |dx| + |dy|; only ridges across the gradient's direction (one of four) stay,
/// and of these the groups that contain a strength above the high threshold.
/// </summary>
internal static class ByteEdges
{
    // The tangent of 22.5 degrees with 15 fractional bits; that of 67.5 degrees is larger by exactly 2.
    private const int FractionBits = 15, Tangent = 13573;
    private const byte Candidate = 1, Edge = 255;

    /// <summary>Finds the edges.</summary>
    /// <param name="image">Height x width bytes.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="low">Candidates are stronger than this.</param>
    /// <param name="high">A group of edges has a pixel stronger than this.</param>
    /// <param name="edges">Receives as many bytes: 255 on edges, else 0.</param>
    public static void Find(ReadOnlySpan<byte> image, int width, int low, int high, Span<byte> edges)
    {
        var (height, stride) = (image.Length / width, width + 2);
        using var gradients = new Rented<(int Dx, int Dy)>(image.Length);
        using var rented = new Rented<int>((height + 2) * stride);
        var strengths = rented.Span;
        strengths.Clear();
        for (var i = 0; i < image.Length; i++)
        {
            gradients.Span[i] = Gradient(image, i / width, i % width, height, width);
            strengths[Place(i, width)] = Math.Abs(gradients.Span[i].Dx) + Math.Abs(gradients.Span[i].Dy);
        }
        for (var i = 0; i < image.Length; i++)
        {
            var isRidge = strengths[Place(i, width)] > low && IsRidge(strengths, Place(i, width), stride, gradients.Span[i]);
            edges[i] = isRidge ? Candidate : (byte)0;
        }
        Grow(edges, strengths, width, high);
    }

    private static int Place(int pixel, int width) => (pixel / width + 1) * (width + 2) + pixel % width + 1;

    private static (int Dx, int Dy) Gradient(ReadOnlySpan<byte> image, int row, int column, int height, int width)
    {
        var upper = image.Slice(Math.Max(row - 1, 0) * width, width);
        var own = image.Slice(row * width, width);
        var lower = image.Slice(Math.Min(row + 1, height - 1) * width, width);
        var (left, right) = (Math.Max(column - 1, 0), Math.Min(column + 1, width - 1));
        return (upper[right] + 2 * own[right] + lower[right] - upper[left] - 2 * own[left] - lower[left],
            lower[left] + 2 * lower[column] + lower[right] - upper[left] - 2 * upper[column] - upper[right]);
    }

    /// <summary>Whether both neighbours in the gradient's direction are weaker; of equal ones, the last.</summary>
    private static bool IsRidge(ReadOnlySpan<int> strengths, int place, int stride, (int Dx, int Dy) gradient)
    {
        var (own, steep) = (strengths[place], Math.Abs(gradient.Dy) << FractionBits);
        var flat = Math.Abs(gradient.Dx) * Tangent;
        if (steep < flat)
            return own > strengths[place - 1] && own >= strengths[place + 1];
        if (steep > flat + (Math.Abs(gradient.Dx) << (FractionBits + 1)))
            return own > strengths[place - stride] && own >= strengths[place + stride];
        var slant = (gradient.Dx ^ gradient.Dy) < 0 ? -1 : 1;
        return own > strengths[place - stride - slant] && own > strengths[place + stride + slant];
    }

    /// <summary>Keeps the groups (of eight neighbours) of candidates with a strong one, and makes them 255, all else 0.</summary>
    private static void Grow(Span<byte> edges, ReadOnlySpan<int> strengths, int width, int high)
    {
        using var rented = new Rented<int>(edges.Length);
        var waiting = rented.Span;
        var count = 0;
        for (var i = 0; i < edges.Length; i++)
            if (edges[i] != 0 && strengths[Place(i, width)] > high)
                (edges[i], waiting[count++]) = (Edge, i);
        while (count > 0)
        {
            var pixel = waiting[--count];
            for (var neighbour = 0; neighbour < 9; neighbour++)
            {
                var (row, column) = (pixel / width + neighbour / 3 - 1, pixel % width + neighbour % 3 - 1);
                var isInside = (uint)column < (uint)width && (uint)(row * width + column) < (uint)edges.Length;
                if (isInside && edges[row * width + column] == Candidate)
                    (edges[row * width + column], waiting[count++]) = (Edge, row * width + column);
            }
        }
        edges.Replace(Candidate, (byte)0);
    }
}
