using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// The study's GRU for texts: as <see cref="Lstm"/>, with gated recurrent units, 75 of them. Two classes: 2,606,277 parameters.
/// </summary>
public sealed class Gru : IArchitecture
{
    private const int Units = 75;

    /// <inheritdoc/>
    public string Name => "gru";

    /// <inheritdoc/>
    public Graph Build(Shape input, int classes) => TextNet.Build(Name, input, classes, (b, x, dropout) => b.Gru(x, Units, dropout));
}
