namespace GpuQuant.Kernels;

/// <summary>The sizes of a recurrent layer's walk and the step at which it is.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Steps">Steps of a sequence.</param>
/// <param name="Units">Values of a state.</param>
/// <param name="Gates">Gates.</param>
/// <param name="Step">The step, from 0.</param>
/// <param name="HasMasks">1 if the state has a mask on its way into each gate.</param>
/// <param name="Keeps">1 if values are kept for the way back.</param>
/// <param name="QuantizesStates">1 if states are quantized on their way into the gates.</param>
internal readonly record struct SequenceSizes(
    int Batch, int Steps, int Units, int Gates, int Step, int HasMasks, int Keeps, int QuantizesStates)
{
    /// <summary>Values of all states together.</summary>
    public int States => Batch * Units;

    /// <summary>Where the values of a unit of a sequence at this step stand among those of all steps.</summary>
    public int AtStep(int unit) => unit / Units * Steps * Units + Step * Units + unit % Units;

    /// <summary>Where its first gate stands; the next gates follow after so many units each.</summary>
    public int AtGate(int unit) => (unit / Units * Steps + Step) * Gates * Units + unit % Units;
}
