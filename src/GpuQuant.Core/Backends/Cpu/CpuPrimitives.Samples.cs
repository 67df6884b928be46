namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(MixupCall call)
    {
        var partners = At<int>(call.Partners);
        var shares = At<float>(call.Shares);
        var (rows, length) = (call.Input.Shape[0], call.Input.Count / call.Input.Shape[0]);
        var map = new MixupMap(At<float>(call.Input), At<float>(call.Output), length);
        PoolJob job = (row, _) => map.Row(row, partners[row], shares[row]);
        return () => pool.Run(rows, job);
    }

    public Action Prepare(PgdStepCall call)
    {
        var step = new PgdStep(call);
        PoolJob job = call.Norm == AttackNorm.LInfinity ? (sample, _) => step.AlongSign(sample) : (sample, _) => step.AlongGradient(sample);
        return () => pool.Run(call.Samples.Shape[0], job);
    }

    public Action Prepare(UniformCall call)
    {
        var uniform = new Uniform(call);
        PoolJob job = (sample, _) => uniform.Run(sample);
        return () => pool.Run(call.Output.Shape[0], job);
    }
}
