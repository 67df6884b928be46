namespace GpuQuant.Data;

/// <summary>
/// How raw image bytes become a net's float input: <c>x * Scale - Mean</c>, element by element. Part of a trained model's meaning,
/// stored with it.
/// </summary>
/// <param name="Scale">The factor, 1/255 for the study's image sets.</param>
/// <param name="Mean">What is subtracted after scaling, one value per element of a sample; null for nothing.</param>
/// <example>Scale 1/255 without a mean turns byte 51 into 0.2.</example>
public sealed record Preprocessing(float Scale, float[]? Mean = null)
{
    /// <summary>Bytes to [0, 1].</summary>
    public static Preprocessing UnitRange { get; } = new(1f / 255f);

    /// <summary>Converts one sample.</summary>
    public void Apply(ReadOnlySpan<byte> raw, Span<float> destination)
    {
        if (Mean is null)
            for (var i = 0; i < raw.Length; i++)
                destination[i] = raw[i] * Scale;
        else
            for (var i = 0; i < raw.Length; i++)
                destination[i] = raw[i] * Scale - Mean[i];
    }
}
