using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>
/// One step of gated recurrent units; one thread per unit of a sequence. Scratch memory of the forward pass: the states of even and of odd
/// steps; of the backward pass: the gradient of the state.
/// </summary>
internal static class GruKernel
{
    public static void Forward(
        Index1D unit, ArrayView<float> gates, ArrayView<float> recurrent, ArrayView<float> bias, ArrayView<float> masks,
        ArrayView<float> stateScales, ArrayView<float> scratch, ArrayView<float> output, ArrayView<float> states, ArrayView<float> candidates, SequenceSizes sizes)
    {
        var (before, after) = (sizes.Step % 2 * sizes.States, (1 - sizes.Step % 2) * sizes.States);
        var (at, column, units) = (sizes.AtGate(unit), unit % sizes.Units, sizes.Units);
        var seenByZ = SequenceKernel.Contribution(scratch, before, recurrent, masks, stateScales, unit, 0, sizes) + bias[column];
        var seenByR = SequenceKernel.Contribution(scratch, before, recurrent, masks, stateScales, unit, 1, sizes) + bias[units + column];
        var q = SequenceKernel.Contribution(scratch, before, recurrent, masks, stateScales, unit, 2, sizes) + bias[2 * units + column];
        var z = ActivationFormula.Apply(Activation.Sigmoid, gates[at] + seenByZ);
        var r = ActivationFormula.Apply(Activation.Sigmoid, gates[at + units] + seenByR);
        var n = Scalar.Tanh(gates[at + 2 * units] + r * q);
        var h = 0f;
        if (sizes.Step > 0)
            h = scratch[before + unit];
        output[unit] = scratch[after + unit] = z * h + (1 - z) * n;
        if (sizes.Keeps == 0)
            return;
        states[sizes.AtStep(unit)] = h;
        candidates[sizes.AtStep(unit)] = q;
        gates[at] = z;
        gates[at + units] = r;
        gates[at + 2 * units] = n;
    }

    public static void Backward(
        Index1D unit, ArrayView<float> gates, ArrayView<float> states, ArrayView<float> candidates, ArrayView<float> outputGradient,
        ArrayView<float> scratch, ArrayView<float> gateGradients, ArrayView<float> recurrentGradients, SequenceSizes sizes)
    {
        var (at, step, units) = (sizes.AtGate(unit), sizes.AtStep(unit), sizes.Units);
        var (z, r, n) = (gates[at], gates[at + units], gates[at + 2 * units]);
        var dh = outputGradient[unit];
        if (sizes.Step < sizes.Steps - 1)
            dh = scratch[unit];
        var dz = dh * (states[step] - n) * (z * (1 - z));
        var dn = dh * (1 - z) * (1 - n * n);
        var dr = dn * candidates[step] * (r * (1 - r));
        var all = sizes.States * sizes.Steps;
        scratch[unit] = dh * z;
        gateGradients[at] = recurrentGradients[step] = dz;
        gateGradients[at + units] = recurrentGradients[all + step] = dr;
        gateGradients[at + 2 * units] = dn;
        recurrentGradients[2 * all + step] = dn * r;
    }
}
