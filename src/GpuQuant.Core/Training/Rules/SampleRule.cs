using GpuQuant.Numerics;

namespace GpuQuant.Training.Rules;

/// <summary>
/// A rule that changes images one by one, as bytes, before they become input: data augmentation. What it does to a sample is a function
/// of seed, epoch and sample.
/// </summary>
public abstract record SampleRule : BatchRule
{
    /// <summary>What the rule's draws are for; no two rules share one.</summary>
    protected abstract RandomPurpose Purpose { get; }

    /// <summary>Changes a sample.</summary>
    /// <param name="image">Height x width x channels.</param>
    /// <param name="shape">These dimensions.</param>
    /// <param name="seed">The training's seed.</param>
    /// <param name="epoch">The epoch, counted from 0 over all phases.</param>
    /// <param name="sample">The sample's index in the training set.</param>
    public void Apply(Span<byte> image, Shape shape, ulong seed, int epoch, int sample) =>
        Apply(image, shape, new RandomStream(seed, Purpose, (uint)epoch, (uint)sample));

    /// <summary>Changes a sample; allocates nothing.</summary>
    protected abstract void Apply(Span<byte> image, Shape shape, RandomStream random);
}
