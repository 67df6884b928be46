using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>One step of a long short-term memory in integers; one thread per unit of a sequence.</summary>
internal static class IntLstmKernel
{
    public static void Forward(
        Index1D unit, ArrayView<int> gates, ArrayView<sbyte> recurrent, ArrayView<int> multipliers, ArrayView<int> shifts,
        ArrayView<int> scratch, ArrayView<sbyte> output, IntStateFactors factors, IntSequenceSizes sizes)
    {
        var i = GateFormula.Sigmoid(Gate(gates, recurrent, multipliers, shifts, scratch, factors, unit, 0, sizes));
        var f = GateFormula.Sigmoid(Gate(gates, recurrent, multipliers, shifts, scratch, factors, unit, 1, sizes));
        var g = GateFormula.Tanh(Gate(gates, recurrent, multipliers, shifts, scratch, factors, unit, 2, sizes), GateFormula.Bits);
        var o = GateFormula.Sigmoid(Gate(gates, recurrent, multipliers, shifts, scratch, factors, unit, 3, sizes));
        var before = 0;
        if (sizes.Step > 0)
            before = scratch[sizes.Memory + unit];
        var cell = StateFormula.Cell(i, f, g, before, factors.CellBits);
        var state = StateFormula.Quantize(
            o * GateFormula.Tanh(cell, factors.CellBits), factors.Multiplier, factors.Shift, factors.ZeroPoint);
        scratch[sizes.Memory + unit] = cell;
        scratch[sizes.After + unit] = state;
        output[unit] = (sbyte)state;
    }

    private static int Gate(
        ArrayView<int> gates, ArrayView<sbyte> recurrent, ArrayView<int> multipliers, ArrayView<int> shifts, ArrayView<int> scratch,
        IntStateFactors factors, int unit, int gate, IntSequenceSizes sizes) => IntSequenceKernel.Gate(gates,
            IntSequenceKernel.Sum(scratch, recurrent, factors.ZeroPoint, unit, gate, sizes), multipliers, shifts, unit, gate, sizes);
}
