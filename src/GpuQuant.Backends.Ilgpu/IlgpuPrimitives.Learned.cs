using GpuQuant.Kernels;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    public Action Prepare(LearnedStepCall call) => kernels.Bind(
        LearnedQuantizeKernel.Update, call.Steps.Count,
        Optional<float>(call.Input, call.Steps), Floats(call.Steps), Optional<float>(call.Offset, call.Steps), Floats(call.Scales),
        Ints(call.ZeroPoints), (call.Input?.Count ?? 0) / call.Steps.Count, call.Start, call.Minimum, call.Maximum, Flag(call.Input),
        Flag(call.Offset));

    public Action Prepare(LearnedQuantizeBackwardCall call)
    {
        var (rows, parts, sums) = (call.Scales.Count, LearnedParts(call), Scratch(call));
        var sizes = new LearnedSizes(
            call.Input.Count / rows, parts, call.Minimum, call.Maximum, Flag(call.IsEndLearned), Flag(call.InputGradient));
        var backward = kernels.Bind(
            LearnedQuantizeKernel.Backward, rows * parts,
            Floats(call.Input), Floats(call.OutputGradient), Optional<float>(call.InputGradient, call.OutputGradient),
            Floats(call.Scales), Ints(call.ZeroPoints), sums, sizes);
        if (call.StepGradient is { } steps)
            backward += kernels.Bind(LearnedQuantizeKernel.Finish, rows, sums, Floats(steps), parts, 0, call.GradientScale);
        if (call.OffsetGradient is { } offset)
            backward += kernels.Bind(LearnedQuantizeKernel.Finish, rows, sums, Floats(offset), parts, 1, call.GradientScale);
        return backward;
    }

    public Action Prepare(DorefaForwardCall call) => kernels.Bind(
        LearnedQuantizeKernel.DorefaForward, call.Input.Count,
        Floats(call.Input), Floats(call.Greatest), Floats(call.Output), call.Intervals);

    public Action Prepare(DorefaBackwardCall call) => kernels.Bind(
        LearnedQuantizeKernel.DorefaBackward, call.Input.Count,
        Floats(call.Input), Floats(call.Greatest), Floats(call.OutputGradient), Floats(call.InputGradient));

    private static int LearnedParts(LearnedQuantizeBackwardCall call) => Math.Clamp(call.Input.Count / call.Scales.Count / 64, 1, 4096);
}
