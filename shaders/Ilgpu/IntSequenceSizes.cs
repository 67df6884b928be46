namespace GpuQuant.Kernels;

/// <summary>The sizes of an integer recurrent layer's walk and the step at which it is.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Steps">Steps of a sequence.</param>
/// <param name="Units">Values of a state.</param>
/// <param name="Gates">Gates.</param>
/// <param name="Step">The step, from 0.</param>
/// <param name="IsSimulated">1 if products are made in float32.</param>
internal readonly record struct IntSequenceSizes(int Batch, int Steps, int Units, int Gates, int Step, int IsSimulated)
{
    /// <summary>Values of all states together.</summary>
    public int States => Batch * Units;

    /// <summary>Where the states of the step before stand in scratch memory; even and odd steps take turns.</summary>
    public int Before => Step % 2 * States;

    /// <summary>Where those of this step go.</summary>
    public int After => (1 - Step % 2) * States;

    /// <summary>Where what goes from step to step in 16 bits stands.</summary>
    public int Memory => 2 * States;

    /// <summary>Where the first gate of a unit of a sequence stands; the next gates follow after so many units each.</summary>
    public int AtGate(int unit) => (unit / Units * Steps + Step) * Gates * Units + unit % Units;
}
