using GpuQuant.Numerics;

namespace GpuQuant.Backends;

/// <summary>
/// A recurrent layer's walk over whole sequences, forward or backward. What the inputs contribute to the gates was computed before, for
/// all steps at once; what is left is the part that one step needs of the step before. Samples do not depend on each other.
/// </summary>
/// <param name="Gates">Batch x steps x (gates x units): forward, the inputs' part of each gate before its function; backward, its value.</param>
/// <param name="Recurrent">(Gates x units) x units: how each gate's units see the state before.</param>
/// <param name="Masks">
/// Gates x batch x units: what the state before is multiplied by on its way into each gate, the same at all steps; null: nothing.
/// </param>
public abstract record SequenceCall(TensorView Gates, TensorView Recurrent, TensorView? Masks) : KernelCall
{
    /// <summary>
    /// Forward, gates values, float32: the step of each gate's recurrent weights, which then are integers of up to 8 bits. At each step every
    /// sequence's state is quantized on its way into the products with a range of its own, as <see cref="QuantizeRowsCall"/> does it, and the
    /// sums of integers, exact up to 518 units, are multiplied by both steps: TFLite's hybrid LSTM. Null: states go in as they are.
    /// </summary>
    public TensorView? StateScales { get; init; }

    /// <summary>The number of gates.</summary>
    public abstract int GateCount { get; }

    /// <summary>The number of sequences.</summary>
    public int Batch => Gates.Shape[0];

    /// <summary>The steps of a sequence.</summary>
    public int Steps => Gates.Shape[1];

    /// <summary>The values of a state.</summary>
    public int Units => Recurrent.Shape[^1];

    /// <inheritdoc/>
    public override long Macs => (long)Batch * Steps * Recurrent.Count;

    /// <summary>Throws unless gates, recurrent weights and masks have the shapes that go together.</summary>
    private protected void CheckShapes()
    {
        var fits = Gates.Shape.Rank == 3 && Gates.Shape[2] == GateCount * Units && Recurrent.Shape.Equals(new Shape(GateCount * Units, Units))
            && (Masks is null || Masks.Count == GateCount * Batch * Units)
            && (StateScales is null || (Masks is null && StateScales.Count == GateCount));
        if (!fits)
            throw new UsageException($"{GetType().Name} of gates {Gates.Shape}, recurrent weights {Recurrent.Shape} and masks "
                + $"{Masks?.Shape} does not fit together; {GateCount} gates are expected.");
    }
}
