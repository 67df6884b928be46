using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// The study's LSTM for texts: embedding 20,000 x 128, spatial dropout 0.3, LSTM 50 with recurrent dropout 0.3, dropout 0.3, a sigmoid per
/// class. Two classes: 2,595,902 parameters.
/// </summary>
public sealed class Lstm : IArchitecture
{
    private const int Units = 50;

    /// <inheritdoc/>
    public string Name => "lstm";

    /// <inheritdoc/>
    public Graph Build(Shape input, int classes) => TextNet.Build(Name, input, classes, (b, x, dropout) => b.Lstm(x, Units, dropout));
}
