namespace GpuQuant.Training;

/// <summary>Which batch of a training a step works on.</summary>
/// <param name="Seed">The training's seed.</param>
/// <param name="Epoch">The epoch, counted from 0 over all phases.</param>
/// <param name="Samples">The samples' indices in the training set, in the batch's order.</param>
public readonly record struct BatchPosition(ulong Seed, int Epoch, ReadOnlyMemory<int> Samples);
