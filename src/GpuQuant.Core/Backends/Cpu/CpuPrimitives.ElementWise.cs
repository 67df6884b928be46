using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(CopyCall call)
    {
        var source = At<byte>(call.Source);
        var destination = At<byte>(call.Destination);
        var bytes = call.Source.Bytes;
        return () => Buffer.MemoryCopy(source, destination, bytes, bytes);
    }

    public Action Prepare(FillCall call)
    {
        var destination = At<float>(call.Destination);
        var (count, value) = (call.Destination.Count, call.Value);
        return () => new Span<float>(destination, count).Fill(value);
    }

    public Action Prepare(ActivationForwardCall call) =>
        ElementWise.Prepare(pool, call.Input.Count, new ActivationMap(call.Activation, At<float>(call.Input), At<float>(call.Output)));

    public Action Prepare(ActivationBackwardCall call) =>
        ElementWise.Prepare(pool, call.Output.Count, new ActivationGradientMap(
            call.Activation, At<float>(call.Output), At<float>(call.OutputGradient), At<float>(call.InputGradient)));

    public Action Prepare(BinaryCall call) =>
        ElementWise.Prepare(pool, call.A.Count, new BinaryMap(call.Kind, At<float>(call.A), At<float>(call.B), At<float>(call.Output)));

    public Action Prepare(ScaledAddCall call) =>
        ElementWise.Prepare(pool, call.Source.Count, new ScaledAddMap(call.Factor, At<float>(call.Source), At<float>(call.Target)));

    public Action Prepare(DropoutCall call) => Dropout.Prepare(pool, call);

    public Action Prepare(AdamCall call) =>
        ElementWise.Prepare(pool, call.Parameters.Count, new AdamMap(
            At<float>(call.Parameters), At<float>(call.Gradients), At<float>(call.FirstMoment), At<float>(call.SecondMoment),
            At<float>(call.Rate), call.Beta1, call.Beta2, call.Epsilon));

    public Action Prepare(SgdCall call) =>
        ElementWise.Prepare(pool, call.Parameters.Count, new SgdMap(
            At<float>(call.Parameters), At<float>(call.Gradients), At<float>(call.Velocity), At<float>(call.Rate),
            call.Momentum, call.Nesterov));

    public Action Prepare(FakeQuantizeForwardCall call)
    {
        var x = At<float>(call.Input);
        var y = At<float>(call.Output);
        var scales = At<float>(call.Scales);
        var zeroPoints = At<int>(call.ZeroPoints);
        var (inner, channels, minimum, maximum) = (call.Inner, call.Scales.Count, call.Minimum, call.Maximum);
        return ElementWise.PrepareScalar(pool, call.Input.Count, i =>
        {
            var c = i / inner % channels;
            var q = QuantizeFormula.Quantize(x[i], scales[c], zeroPoints[c], minimum, maximum);
            y[i] = QuantizeFormula.Dequantize(q, scales[c], zeroPoints[c]);
        });
    }

    public Action Prepare(FakeQuantizeBackwardCall call)
    {
        var x = At<float>(call.Input);
        var dy = At<float>(call.OutputGradient);
        var dx = At<float>(call.InputGradient);
        var scales = At<float>(call.Scales);
        var zeroPoints = At<int>(call.ZeroPoints);
        var (inner, channels, minimum, maximum) = (call.Inner, call.Scales.Count, call.Minimum, call.Maximum);
        return ElementWise.PrepareScalar(pool, call.Input.Count, i =>
        {
            var c = i / inner % channels;
            dx[i] = QuantizeFormula.IsInside(x[i], scales[c], zeroPoints[c], minimum, maximum) ? dy[i] : 0;
        });
    }
}
