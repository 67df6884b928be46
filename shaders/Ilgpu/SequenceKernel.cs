using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>What the walks of recurrent layers share: the product of a state, or of its gates' gradients, with the recurrent weights.</summary>
internal static class SequenceKernel
{
    /// <summary>
    /// What the state before, at <paramref name="state"/> in scratch memory, contributes to a unit's gate; nothing at the first step.
    /// </summary>
    public static float Contribution(
        ArrayView<float> scratch, int state, ArrayView<float> recurrent, ArrayView<float> masks, ArrayView<float> stateScales, int unit,
        int gate, SequenceSizes sizes)
    {
        var (row, weights) = (unit / sizes.Units * sizes.Units, (gate * sizes.Units + unit % sizes.Units) * sizes.Units);
        var sum = 0f;
        if (sizes.Step == 0)
            return sum;
        if (sizes.QuantizesStates != 0)
            return QuantizedContribution(scratch, state + row, recurrent, weights, stateScales[gate], sizes.Units);
        for (var k = 0; k < sizes.Units; k++)
        {
            var value = scratch[state + row + k];
            if (sizes.HasMasks != 0)
                value *= masks[gate * sizes.States + row + k];
            sum += recurrent[weights + k] * value;
        }
        return sum;
    }

    /// <summary>The same of integer weights with the step <paramref name="scale"/>: the state is quantized with a range of its own.</summary>
    private static float QuantizedContribution(
        ArrayView<float> scratch, int state, ArrayView<float> recurrent, int weights, float scale, int units)
    {
        var (least, greatest, sum) = (0f, 0f, 0f);
        for (var k = 0; k < units; k++)
        {
            least = scratch[state + k] < least ? scratch[state + k] : least;
            greatest = scratch[state + k] > greatest ? scratch[state + k] : greatest;
        }
        if (least == greatest)
            return sum;
        var step = (greatest - least) / 255;
        var exact = -least < greatest ? -128 - least / step : 127 - greatest / step;
        var zeroPoint = QuantizeFormula.Place(QuantizeFormula.RoundHalfAway(exact), 0, -128, 127);
        for (var k = 0; k < units; k++)
        {
            var steps = QuantizeFormula.RoundHalfAway(scratch[state + k] * (1 / step));
            sum += recurrent[weights + k] * (QuantizeFormula.Place(steps, zeroPoint, -128, 127) - zeroPoint);
        }
        return sum * (step * scale);
    }

    /// <summary>The state's gradient at the beginning of <paramref name="scratch"/> plus what its gates' gradients give; one thread per unit.</summary>
    public static void StateBackward(
        Index1D unit, ArrayView<float> gradients, ArrayView<float> recurrent, ArrayView<float> masks, ArrayView<float> scratch,
        SequenceSizes sizes)
    {
        var (row, column) = (unit / sizes.Units * sizes.Units, unit % sizes.Units);
        var total = scratch[unit];
        for (var gate = 0; gate < sizes.Gates; gate++)
        {
            var first = gate * sizes.States * sizes.Steps + sizes.AtStep(row);
            var sum = 0f;
            for (var j = 0; j < sizes.Units; j++)
                sum += gradients[first + j] * recurrent[(gate * sizes.Units + j) * sizes.Units + column];
            if (sizes.HasMasks != 0)
                sum *= masks[gate * sizes.States + unit];
            total += sum;
        }
        scratch[unit] = total;
    }
}
