using GpuQuant.Numerics;

namespace GpuQuant.Backends;

/// <summary>
/// A recurrent layer's walk over whole sequences in integers. What the inputs contribute to the gates was summed before, for all steps at
/// once. At each step the state, int8, is multiplied by the recurrent weights in int32, and both sums become 16-bit numbers with 3 integer
/// bits, from which sigmoid and tanh give 16-bit numbers with 15 fractional bits.
/// </summary>
/// <param name="Gates">Batch x steps x (gates x units), int32: the sums of the inputs with the bias.</param>
/// <param name="Recurrent">(Gates x units) x units, int8.</param>
/// <param name="Multipliers">
/// 2 x gates, int32: the factor of each gate's input sums, then of each gate's state sums, m / 2^31 * 2^shift.
/// </param>
/// <param name="Shifts">2 x gates, int32.</param>
/// <param name="Output">Batch x units, int8: the last state.</param>
/// <param name="State">How states become int8.</param>
public abstract record IntSequenceCall(
    TensorView Gates, TensorView Recurrent, TensorView Multipliers, TensorView Shifts, TensorView Output, IntStateFactors State) : KernelCall
{
    /// <summary>The number of gates.</summary>
    public abstract int GateCount { get; }

    /// <summary>Whether the products with the recurrent weights are made in float32, in parts below 2^24: the same sums.</summary>
    public bool IsSimulated { get; init; }

    /// <summary>The bias that the states' sums begin with, gates x units, int32; null: 0.</summary>
    public virtual TensorView? StateBias => null;

    /// <summary>The number of sequences.</summary>
    public int Batch => Gates.Shape[0];

    /// <summary>The steps of a sequence.</summary>
    public int Steps => Gates.Shape[1];

    /// <summary>The values of a state.</summary>
    public int Units => Recurrent.Shape[^1];

    /// <inheritdoc/>
    public override long Macs => (long)Batch * Steps * Recurrent.Count;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Gates, Recurrent, StateBias, Multipliers, Shifts);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <summary>Throws unless the tensors have the shapes that go together.</summary>
    private protected void CheckShapes()
    {
        var fits = Gates.Shape.Rank == 3 && Gates.Shape[2] == GateCount * Units && Recurrent.Shape.Equals(new Shape(GateCount * Units, Units))
            && Multipliers.Count == 2 * GateCount && Shifts.Count == 2 * GateCount && Output.Count == Batch * Units
            && (StateBias is null || StateBias.Count == GateCount * Units);
        if (!fits)
            throw new UsageException($"{GetType().Name} of gates {Gates.Shape}, recurrent weights {Recurrent.Shape} and "
                + $"{Multipliers.Count} factors does not fit together; {GateCount} gates and {2 * GateCount} factors are expected.");
    }
}
