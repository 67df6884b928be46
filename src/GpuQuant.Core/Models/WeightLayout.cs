using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>How another framework lays out a weight array, by a word.</summary>
/// <param name="Name">The word, one of <see cref="Known"/>.</param>
/// <remarks>
/// <c>same</c>: as here, kernels (out, ky, kx, in) and (out, in), vectors; <c>hwio</c>: convolutions of Keras, (ky, kx, in, out);
/// <c>oihw</c>: convolutions of PyTorch, (out, in, ky, kx); <c>io</c>: dense layers of Keras, (in, out); <c>chw</c>: dense layers of
/// PyTorch on a flattened image, (out, channels x height x width).
/// </remarks>
public sealed record WeightLayout(string Name)
{
    private static readonly Dictionary<string, int[]> Axes = new()
    {
        ["hwio"] = [3, 0, 1, 2],
        ["oihw"] = [0, 2, 3, 1],
        ["io"] = [1, 0],
    };

    /// <summary>All words.</summary>
    public static IReadOnlyList<string> Known { get; } = ["same", .. Axes.Keys, "chw"];

    /// <summary>Where an array of ours with that shape lies in theirs.</summary>
    /// <param name="ours">Our array's shape.</param>
    /// <param name="image">The image that a dense layer takes flattened, or null.</param>
    /// <returns>The shape that theirs must have; null if no such array of ours has this layout.</returns>
    internal Shape? TheirShape(Shape ours, Shape? image)
    {
        if (Name == "same")
            return ours;
        if (Name == "chw")
            return ours.Rank == 2 && image is { Rank: 3 } ? ours : null;
        var axes = Axes[Name];
        if (axes.Length != ours.Rank)
            return null;
        var theirs = new int[axes.Length];
        for (var i = 0; i < axes.Length; i++)
            theirs[axes[i]] = ours[i];
        return new Shape(theirs);
    }

    /// <summary>Their values in our order.</summary>
    internal float[] ToOurs(float[] values, Shape theirs, Shape? image) => Name switch
    {
        "same" => values,
        "chw" => Permute(values, [theirs[0], image![2], image[0], image[1]], Axes["oihw"]),
        _ => Permute(values, [.. theirs], Axes[Name]),
    };

    /// <summary>Dimension i of the result is dimension axes[i] of the source.</summary>
    private static float[] Permute(float[] source, int[] dims, int[] axes)
    {
        var strides = new int[dims.Length];
        for (var (i, stride) = (dims.Length - 1, 1); i >= 0; stride *= dims[i--])
            strides[i] = stride;
        var result = new float[source.Length];
        for (var to = 0; to < result.Length; to++)
        {
            var (from, rest) = (0, to);
            for (var i = axes.Length - 1; i >= 0; rest /= dims[axes[i--]])
                from += rest % dims[axes[i]] * strides[axes[i]];
            result[to] = source[from];
        }
        return result;
    }
}
