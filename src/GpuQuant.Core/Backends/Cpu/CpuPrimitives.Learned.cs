namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(LearnedStepCall call) => new LearnedSteps(call).Update;

    public Action Prepare(LearnedQuantizeBackwardCall call)
    {
        var sums = Scratch<double>(call);
        var steps = AtOrNull<float>(call.StepGradient);
        var offset = AtOrNull<float>(call.OffsetGradient);
        var (rows, length, factor) = (call.Scales.Count, call.Input.Count / call.Scales.Count, call.GradientScale);
        var gradient = new LearnedGradient(At<float>(call.Input), At<float>(call.OutputGradient), AtOrNull<float>(call.InputGradient),
            At<float>(call.Scales), At<int>(call.ZeroPoints), length, call.Minimum, call.Maximum, call.IsEndLearned);
        var blocks = LearnedGradient.Blocks(length);
        PoolJob job = (block, _) => gradient.Block(block, sums + 2L * block);
        return () =>
        {
            pool.Run(rows * blocks, job);
            for (var row = 0; row < rows; row++)
            {
                var (step, shift) = (0.0, 0.0);
                for (var block = row * blocks; block < (row + 1) * blocks; block++)
                    (step, shift) = (step + sums[2 * block], shift + sums[2 * block + 1]);
                if (steps != null)
                    steps[row] = (float)(step * factor);
                if (offset != null)
                    *offset = (float)(shift * factor);
            }
        };
    }

    public Action Prepare(DorefaForwardCall call) => ElementWise.Prepare(pool, call.Input.Count, new DorefaMap(
        At<float>(call.Input), At<float>(call.Greatest), At<float>(call.Output), call.Intervals));

    public Action Prepare(DorefaBackwardCall call) => ElementWise.Prepare(pool, call.Input.Count, new DorefaGradientMap(
        At<float>(call.Input), At<float>(call.Greatest), At<float>(call.OutputGradient), At<float>(call.InputGradient)));
}
