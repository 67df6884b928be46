using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>
/// One step of a long short-term memory; one thread per unit of a sequence. Scratch memory of the forward pass: the states of even and of
/// odd steps, the cells; of the backward pass: the gradients of state and cell.
/// </summary>
internal static class LstmKernel
{
    public static void Forward(
        Index1D unit, ArrayView<float> gates, ArrayView<float> recurrent, ArrayView<float> masks, ArrayView<float> stateScales,
        ArrayView<float> scratch, ArrayView<float> output, ArrayView<float> states, ArrayView<float> cells, SequenceSizes sizes)
    {
        var (before, after) = (sizes.Step % 2 * sizes.States, (1 - sizes.Step % 2) * sizes.States);
        var (at, cell) = (sizes.AtGate(unit), 2 * sizes.States + unit);
        var i = Gate(scratch, before, recurrent, masks, stateScales, unit, 0, sizes, Activation.Sigmoid, gates[at]);
        var f = Gate(scratch, before, recurrent, masks, stateScales, unit, 1, sizes, Activation.Sigmoid, gates[at + sizes.Units]);
        var g = Gate(scratch, before, recurrent, masks, stateScales, unit, 2, sizes, Activation.Tanh, gates[at + 2 * sizes.Units]);
        var o = Gate(scratch, before, recurrent, masks, stateScales, unit, 3, sizes, Activation.Sigmoid, gates[at + 3 * sizes.Units]);
        var c = i * g;
        if (sizes.Step > 0)
            c += f * scratch[cell];
        scratch[cell] = c;
        output[unit] = scratch[after + unit] = o * Scalar.Tanh(c);
        if (sizes.Keeps == 0)
            return;
        var step = sizes.AtStep(unit);
        states[step] = 0;
        if (sizes.Step > 0)
            states[step] = scratch[before + unit];
        cells[step] = c;
        gates[at] = i;
        gates[at + sizes.Units] = f;
        gates[at + 2 * sizes.Units] = g;
        gates[at + 3 * sizes.Units] = o;
    }

    public static void Backward(
        Index1D unit, ArrayView<float> gates, ArrayView<float> cells, ArrayView<float> outputGradient, ArrayView<float> scratch,
        ArrayView<float> gateGradients, ArrayView<float> recurrentGradients, SequenceSizes sizes)
    {
        var (at, step, units) = (sizes.AtGate(unit), sizes.AtStep(unit), sizes.Units);
        var (i, f, g, o) = (gates[at], gates[at + units], gates[at + 2 * units], gates[at + 3 * units]);
        var (dh, dc, before) = (outputGradient[unit], 0f, 0f);
        if (sizes.Step < sizes.Steps - 1)
            (dh, dc) = (scratch[unit], scratch[sizes.States + unit]);
        if (sizes.Step > 0)
            before = cells[step - units];
        var tanh = Scalar.Tanh(cells[step]);
        dc += dh * o * (1 - tanh * tanh);
        scratch[unit] = 0;
        scratch[sizes.States + unit] = dc * f;
        Put(gateGradients, recurrentGradients, at, step, 0, sizes, dc * g * (i * (1 - i)));
        Put(gateGradients, recurrentGradients, at, step, 1, sizes, dc * before * (f * (1 - f)));
        Put(gateGradients, recurrentGradients, at, step, 2, sizes, dc * i * (1 - g * g));
        Put(gateGradients, recurrentGradients, at, step, 3, sizes, dh * tanh * (o * (1 - o)));
    }

    private static float Gate(
        ArrayView<float> scratch, int before, ArrayView<float> recurrent, ArrayView<float> masks, ArrayView<float> stateScales, int unit,
        int gate, SequenceSizes sizes, Activation activation, float input) => ActivationFormula.Apply(
            activation, input + SequenceKernel.Contribution(scratch, before, recurrent, masks, stateScales, unit, gate, sizes));

    private static void Put(
        ArrayView<float> gateGradients, ArrayView<float> recurrentGradients, int at, int step, int gate, SequenceSizes sizes, float value)
    {
        gateGradients[at + gate * sizes.Units] = value;
        recurrentGradients[gate * sizes.States * sizes.Steps + step] = value;
    }
}
