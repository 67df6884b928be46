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

    /// <summary>Word numbers, which nets take as they are.</summary>
    public static Preprocessing Tokens { get; } = new(1f);

    /// <summary>
    /// The same scale, with the mean image of a training set to subtract: each element's mean over all samples, times the scale, summed
    /// in whole numbers and rounded once from double.
    /// </summary>
    /// <example>Bytes 0 and 51 in the same place with scale 1/255 make a mean of 0.1 there.</example>
    public Preprocessing WithMeanOf(IDataset training)
    {
        var raw = new byte[checked((int)training.SampleShape.Count)];
        var sums = new long[raw.Length];
        for (var i = 0; i < training.Count; i++)
        {
            training.Read(i, raw);
            for (var j = 0; j < raw.Length; j++)
                sums[j] += raw[j];
        }
        return this with { Mean = Array.ConvertAll(sums, sum => (float)(sum / (double)training.Count * Scale)) };
    }

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
