using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// The noise of few photons, which both suites have: each element x becomes k / photons with k ~ Poisson(x * photons). Draws one uniform
/// number per element, in order.
/// </summary>
internal static class PhotonNoise
{
    /// <summary>The value that a user may give in place of the severity's.</summary>
    public static IReadOnlyList<ShiftParameter> Parameters { get; } = [new("c", 0.1, 500, "photons that a fully lit element gets on average")];

    /// <summary>The corruption.</summary>
    /// <param name="photons">What an element of 1 gets on average.</param>
    /// <param name="toByte">The suite's way back to bytes.</param>
    public static Corruption Of(double photons, Func<double, byte> toByte)
    {
        var tables = new PoissonTable[256];
        for (var value = 0; value < 256; value++)
            tables[value] = new PoissonTable(ByteConversion.ToUnit((byte)value) * photons);
        return (ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result) =>
        {
            for (var i = 0; i < image.Length; i++)
                result[i] = toByte(tables[image[i]].Invert(random.NextDouble()) / photons);
        };
    }
}
