using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>What the integer walks of recurrent layers share: the states' sums, and the gates from both sums.</summary>
internal static class IntSequenceKernel
{
    // So many products of at most 255 * 127 stay below 2^24, up to where float32 holds every integer.
    private const int StepsAtOnce = 512;

    /// <summary>The sum of a unit's recurrent weights times the states before, less their zero point; 0 at the first step.</summary>
    public static int Sum(ArrayView<int> scratch, ArrayView<sbyte> recurrent, int zeroPoint, int unit, int gate, IntSequenceSizes sizes)
    {
        var (state, weights) = (sizes.Before + unit / sizes.Units * sizes.Units, (gate * sizes.Units + unit % sizes.Units) * sizes.Units);
        var sum = 0;
        if (sizes.Step == 0)
            return sum;
        for (var first = 0; first < sizes.Units; first += StepsAtOnce)
        {
            var end = first + StepsAtOnce < sizes.Units ? first + StepsAtOnce : sizes.Units;
            var part = 0f;
            for (var k = first; k < end; k++)
                if (sizes.IsSimulated == 0)
                    sum += recurrent[weights + k] * (scratch[state + k] - zeroPoint);
                else
                    part += (float)recurrent[weights + k] * (float)(scratch[state + k] - zeroPoint);
            sum += (int)part;
        }
        return sum;
    }

    /// <summary>A gate before its function.</summary>
    public static int Gate(
        ArrayView<int> inputs, int states, ArrayView<int> multipliers, ArrayView<int> shifts, int unit, int gate, IntSequenceSizes sizes) =>
        StateFormula.Gate(inputs[sizes.AtGate(unit) + gate * sizes.Units], multipliers[gate], shifts[gate],
            states, multipliers[sizes.Gates + gate], shifts[sizes.Gates + gate]);
}
