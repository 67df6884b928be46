namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Where a convolution's sums go: target = activation((sum + bias) * scale + shift + residual), every part but the sum optional, and the
/// moments of each channel if somebody wants them.
/// </summary>
/// <param name="target">The images.</param>
/// <param name="grid">Where the pixels lie in them.</param>
/// <param name="columns">Output channels; twice as many where two pixels are computed as one.</param>
internal readonly unsafe struct ConvolutionOutput(float* target, PixelGrid grid, int columns)
{
    public float* Target => target;

    public PixelGrid Grid => grid;

    public int Columns => columns;

    /// <summary>Whether pixels follow each other without a gap.</summary>
    public bool IsDense => grid.PixelStride == columns;

    /// <summary>The output's channels: columns repeat them.</summary>
    public int Channels { get; init; }

    public float* Bias { get; init; }

    public float* Scale { get; init; }

    public float* Shift { get; init; }

    public float* Residual { get; init; }

    public Activation Activation { get; init; }

    /// <summary>4 x channels, or null.</summary>
    public float* Moments { get; init; }

    /// <summary>Room for the moments of so many bands, as floats.</summary>
    public long MomentsFloats(int bands) =>
        Moments == null ? 0 : ChannelMoments.WorkspaceBytes(bands, Channels) / sizeof(float);

    /// <summary>Writes the rows scale and bias * scale + shift, so many columns.</summary>
    public void PackAffine(float* scales, float* shifts, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var c = i % Channels;
            scales[i] = Scale == null ? 1 : Scale[c];
            shifts[i] = i >= columns ? 0 : (Bias == null ? 0 : Bias[c]) * scales[i] + (Shift == null ? 0 : Shift[c]);
        }
    }

    /// <summary>The epilogue over packed rows.</summary>
    public TileEpilogue Epilogue(float* scales, float* shifts) => new(Scale == null ? null : scales, shifts, Residual, Activation);

    /// <summary>Takes the moments of a complete band, while it is in the cache.</summary>
    public void MeasureMoments(float* partials, int band, long first, int pixels)
    {
        if (Moments != null)
            ChannelMoments.Block(target + first, pixels * columns / Channels, Channels,
                ChannelMoments.Partial((double*)partials, band, Channels));
    }

    /// <summary>Puts the bands' moments together.</summary>
    public void MergeMoments(float* partials, int bands)
    {
        if (Moments != null)
            ChannelMoments.Merge((double*)partials, bands, Channels, Moments);
    }
}
