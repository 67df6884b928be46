using GpuQuant.Backends;

namespace GpuQuant.Training;

/// <summary>Which batch of a training a step works on.</summary>
/// <param name="Seed">The training's seed.</param>
/// <param name="Epoch">The epoch, counted from 0 over all phases.</param>
/// <param name="Samples">The samples' indices in the training set, in the batch's order.</param>
public readonly record struct BatchPosition(ulong Seed, int Epoch, ReadOnlyMemory<int> Samples)
{
    /// <summary>The position of the first samples of the batch.</summary>
    public BatchPosition First(int samples) => this with { Samples = Samples[..samples] };

    /// <summary>Writes the position as the primitives that draw take it (<see cref="DropoutCall.Position"/>).</summary>
    /// <param name="words">3 + samples.</param>
    public void CopyTo(Span<int> words)
    {
        (words[0], words[1], words[2]) = ((int)Seed, (int)(Seed >> 32), Epoch);
        Samples.Span.CopyTo(words[DropoutCall.PositionHeader..]);
    }
}
