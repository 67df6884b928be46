using System.Globalization;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Parts;

/// <summary>Which values share a scale and a zero point.</summary>
/// <param name="Kind">The rule.</param>
/// <param name="GroupSize">Values of a group; 0 for the other kinds.</param>
/// <remarks>Written as <c>tensor</c>, <c>channel</c>, <c>group:64</c> or <c>token</c>.</remarks>
public readonly record struct Granularity(GranularityKind Kind, int GroupSize = 0)
{
    /// <summary>All values.</summary>
    public static Granularity Tensor => new(GranularityKind.Tensor);

    /// <summary>All values of an output channel, the first dimension of weights.</summary>
    public static Granularity Channel => new(GranularityKind.Channel);

    /// <summary>Each sample's values at one position or time step: the last dimension of activations, measured when they are there.</summary>
    public static Granularity Token => new(GranularityKind.Token);

    /// <summary>So many neighbouring values of an output channel; a channel's last group may be shorter.</summary>
    /// <exception cref="UsageException">The size is below 1.</exception>
    public static Granularity Group(int size) =>
        size >= 1 ? new(GranularityKind.Group, size) : throw new UsageException($"A group holds at least one value, got {size}.");

    /// <summary>The values per scale, and scales per row of <paramref name="shape"/> (a row: what one index of the first dimension has).</summary>
    /// <exception cref="UsageException">Groups are of no size.</exception>
    public (int Size, int PerRow) Of(Shape shape)
    {
        if (Kind == GranularityKind.Group)
            Group(GroupSize);
        var row = checked((int)(shape.Count / shape[0]));
        return Kind switch
        {
            GranularityKind.Tensor => (checked((int)shape.Count), 0),
            GranularityKind.Channel => (row, 1),
            GranularityKind.Token => (shape[^1], row / shape[^1]),
            _ => (GroupSize, (row + GroupSize - 1) / GroupSize),
        };
    }

    /// <summary>Reads a granularity.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static Granularity Parse(string text) => text switch
    {
        "tensor" => Tensor,
        "channel" => Channel,
        "token" => Token,
        _ when text.StartsWith("group:", StringComparison.Ordinal)
            && int.TryParse(text.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out var size) => Group(size),
        _ => throw new UsageException($"Unknown granularity '{text}'. Known: tensor, channel, token, group:SIZE such as group:64."),
    };

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        GranularityKind.Tensor => "tensor",
        GranularityKind.Channel => "channel",
        GranularityKind.Token => "token",
        _ => string.Create(CultureInfo.InvariantCulture, $"group:{GroupSize}"),
    };
}
