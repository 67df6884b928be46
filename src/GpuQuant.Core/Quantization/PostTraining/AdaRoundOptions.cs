namespace GpuQuant.Quantization.PostTraining;

/// <summary>How AdaRound learns; the paper's values, but for the number of steps, where it takes 10,000.</summary>
public sealed record AdaRoundOptions
{
    /// <summary>Calibration samples, the first of the training set.</summary>
    public int Samples { get; init; } = 1000;

    /// <summary>Steps of Adam per layer.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>Rows of a layer's input and output per step: samples of a dense layer, pixels of a convolution.</summary>
    public int Rows { get; init; } = 128;

    /// <summary>Adam's.</summary>
    public double LearningRate { get; init; } = 1e-2;

    /// <summary>The factor of the term that drives roundings to 0 or 1.</summary>
    public double Regularization { get; init; } = 1e-2;

    /// <summary>The share of the steps without that term.</summary>
    public double WarmStart { get; init; } = 0.2;

    /// <summary>That term's exponent after the warm start; it falls linearly.</summary>
    public double FirstExponent { get; init; } = 20;

    /// <summary>That term's exponent in the last step.</summary>
    public double LastExponent { get; init; } = 2;

    /// <summary>The seed of the rows' draws.</summary>
    public ulong Seed { get; init; }
}
