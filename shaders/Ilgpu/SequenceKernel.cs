using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>What the walks of recurrent layers share: the product of a state, or of its gates' gradients, with the recurrent weights.</summary>
internal static class SequenceKernel
{
    /// <summary>
    /// What the state before, at <paramref name="state"/> in scratch memory, contributes to a unit's gate; nothing at the first step.
    /// </summary>
    public static float Contribution(
        ArrayView<float> scratch, int state, ArrayView<float> recurrent, ArrayView<float> masks, int unit, int gate, SequenceSizes sizes)
    {
        var (row, weights) = (unit / sizes.Units * sizes.Units, (gate * sizes.Units + unit % sizes.Units) * sizes.Units);
        var sum = 0f;
        if (sizes.Step == 0)
            return sum;
        for (var k = 0; k < sizes.Units; k++)
        {
            var value = scratch[state + row + k];
            if (sizes.HasMasks != 0)
                value *= masks[gate * sizes.States + row + k];
            sum += recurrent[weights + k] * value;
        }
        return sum;
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
