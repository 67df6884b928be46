using GpuQuant.Backends;

namespace GpuQuant.Training.Attacks;

/// <summary>An attack that was planned for a batch.</summary>
internal interface IBatchAttacker : IDisposable
{
    /// <summary>The attacked samples after <see cref="Run"/>.</summary>
    TensorView Result { get; }

    /// <summary>Attacks the samples.</summary>
    /// <param name="position">Which they are, as many as the batch has.</param>
    void Run(BatchPosition position);
}
