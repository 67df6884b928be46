using System.Globalization;
using GpuQuant.Numerics;
using GpuQuant.Shifts;

namespace GpuQuant.Training.Rules;

/// <summary>
/// AugMix (Hendrycks et al. 2020): three chains of one to three random operations (<see cref="AugMixOperation"/>) change an image, their
/// results are averaged with random weights, and the average is mixed with the image by a random share. The labels' cross-entropy alone is
/// trained on; the original's additional loss, which compares the answers to several such images, is left out.
/// </summary>
public sealed record AugMixRule : SampleRule
{
    private const int Chains = 3, MostOperations = 3;

    /// <inheritdoc/>
    public override string Name => "augmix";

    /// <inheritdoc/>
    public override string Description => "images are mixed with the results of chains of random operations";

    /// <summary>How strong operations may be, from 1 to 10.</summary>
    public double Severity { get; init; } = 3;

    /// <inheritdoc/>
    public override string Identity => string.Create(CultureInfo.InvariantCulture, $"AugMix of severity {Severity:R}");

    /// <inheritdoc/>
    protected override RandomPurpose Purpose => RandomPurpose.AugMix;

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Severity is >= 1 and <= 10))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"AugMix of severity {Severity} was asked for; it must be from 1 to 10."));
    }

    /// <inheritdoc/>
    protected override void Apply(Span<byte> image, Shape shape, RandomStream random)
    {
        using var sums = new Rented<double>(image.Length);
        Span<double> weights = stackalloc double[Chains];
        var share = random.NextDouble();
        DrawWeights(weights, ref random);
        for (var i = 0; i < image.Length; i++)
            sums.Span[i] = (1 - share) * image[i];
        Span<AugMixOperation> operations = stackalloc AugMixOperation[MostOperations];
        foreach (var weight in weights)
        {
            var chain = operations[..random.NextInt32(1, MostOperations + 1)];
            foreach (ref var operation in chain)
                operation = AugMixOperation.Draw(ref random, Severity);
            AddChain(chain, image, shape, share * weight, sums.Span);
        }
        for (var i = 0; i < image.Length; i++)
            image[i] = (byte)Math.Min(255, Math.Floor(sums.Span[i] + 0.5));
    }

    /// <summary>Weights that sum to 1, from the flat Dirichlet distribution: exponential draws, divided by their sum.</summary>
    private static void DrawWeights(Span<double> weights, ref RandomStream random)
    {
        var sum = 0.0;
        foreach (ref var weight in weights)
            sum += weight = -PortableMath.Log(1 - random.NextDouble());
        foreach (ref var weight in weights)
            weight /= sum;
    }

    /// <summary>Adds so much of what a chain makes of an image, channel by channel.</summary>
    private static void AddChain(
        ReadOnlySpan<AugMixOperation> chain, ReadOnlySpan<byte> image, Shape shape, double weight, Span<double> sums)
    {
        var channels = shape[2];
        using var first = new Rented<byte>(image.Length / channels);
        using var second = new Rented<byte>(image.Length / channels);
        var plane = first.Span;
        var result = second.Span;
        for (var channel = 0; channel < channels; channel++)
        {
            for (var i = 0; i < plane.Length; i++)
                plane[i] = image[i * channels + channel];
            foreach (var operation in chain)
            {
                operation.Apply(plane, shape[1], result);
                var free = plane;
                plane = result;
                result = free;
            }
            for (var i = 0; i < plane.Length; i++)
                sums[i * channels + channel] += weight * plane[i];
        }
    }
}
