namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(AdamCall call) =>
        ElementWise.Prepare(pool, call.Parameters.Count, new AdamMap(
            At<float>(call.Parameters), At<float>(call.Gradients), At<float>(call.FirstMoment), At<float>(call.SecondMoment),
            At<float>(call.Rate), call.Beta1, call.Beta2, call.Epsilon));

    public Action Prepare(SgdCall call) =>
        ElementWise.Prepare(pool, call.Parameters.Count, new SgdMap(
            At<float>(call.Parameters), At<float>(call.Gradients), At<float>(call.Velocity), At<float>(call.Rate),
            call.Momentum, call.Nesterov));

    public Action Prepare(ScaleCall call) =>
        ElementWise.Prepare(pool, call.Target.Count, new ScaleMap(At<float>(call.Target), At<float>(call.Factor)));

    public Action Prepare(ClampCall call) =>
        ElementWise.Prepare(pool, call.Target.Count, new ClampMap(At<float>(call.Target), call.Limit));

    public Action Prepare(MovingAverageCall call) =>
        ElementWise.Prepare(pool, call.Average.Count, new MovingAverageMap(
            At<float>(call.Source), At<float>(call.Average), At<float>(call.Share)));

    public Action Prepare(ClipFactorCall call)
    {
        var values = At<float>(call.Values);
        var factor = At<float>(call.Factor);
        var partials = Scratch<double>(call);
        var (count, blocks, limit) = (call.Values.Count, SquareSum.Blocks(call.Values.Count), call.Limit);
        PoolJob sumBlock = (block, _) => partials[block] = SquareSum.Block(values, count, block);
        return () =>
        {
            pool.Run(blocks, sumBlock);
            var sum = 0.0;
            for (var block = 0; block < blocks; block++)
                sum += partials[block];
            var ratio = limit / (Math.Sqrt(sum) + ClipFactorCall.Epsilon);
            factor[0] = ratio < 1 ? (float)ratio : 1;
        };
    }
}
