using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>One step of gated recurrent units in integers; one thread per unit of a sequence.</summary>
internal static class IntGruKernel
{
    public static void Forward(
        Index1D unit, ArrayView<int> gates, ArrayView<sbyte> recurrent, ArrayView<int> bias, ArrayView<int> multipliers,
        ArrayView<int> shifts, ArrayView<int> scratch, ArrayView<sbyte> output, IntStateFactors factors, IntSequenceSizes sizes)
    {
        var (column, zeroPoint) = (unit % sizes.Units, factors.ZeroPoint);
        var ofZ = IntSequenceKernel.Sum(scratch, recurrent, zeroPoint, unit, 0, sizes) + bias[column];
        var ofR = IntSequenceKernel.Sum(scratch, recurrent, zeroPoint, unit, 1, sizes) + bias[sizes.Units + column];
        var ofN = IntSequenceKernel.Sum(scratch, recurrent, zeroPoint, unit, 2, sizes) + bias[2 * sizes.Units + column];
        var z = GateFormula.Sigmoid(IntSequenceKernel.Gate(gates, ofZ, multipliers, shifts, unit, 0, sizes));
        var r = GateFormula.Sigmoid(IntSequenceKernel.Gate(gates, ofR, multipliers, shifts, unit, 1, sizes));
        var n = GateFormula.Tanh(StateFormula.Candidate(gates[sizes.AtGate(unit) + 2 * sizes.Units], multipliers[2], shifts[2], r, ofN,
            multipliers[5], shifts[5]), GateFormula.Bits);
        var before = 0;
        if (sizes.Step > 0)
            before = scratch[sizes.Memory + unit];
        var memory = StateFormula.Mix(z, before, n);
        var state = StateFormula.Quantize(memory, factors.Multiplier, factors.Shift, zeroPoint);
        scratch[sizes.Memory + unit] = memory;
        scratch[sizes.After + unit] = state;
        output[unit] = (sbyte)state;
    }
}
