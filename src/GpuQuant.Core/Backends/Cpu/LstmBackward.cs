using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary><see cref="LstmBackwardCall"/>.</summary>
internal sealed unsafe class LstmBackward(LstmBackwardCall call, WorkerPool pool)
    : SequenceBackward(call, call.OutputGradient, call.GateGradients, call.RecurrentGradients, pool)
{
    private readonly float* _cells = CpuMemory.Address<float>(call.Cells);

    protected override void Step(long position, bool isFirst, float* gates, float* state, float* memory)
    {
        var values = Gates + position * 4 * Units;
        var (units, stride, one) = (Units, GateStride, Vector512<float>.One);
        var cells = _cells + position * units;
        for (var at = 0; at < Padded; at += Lanes)
        {
            var (i, f) = (Vector512.Load(values + at), Vector512.Load(values + units + at));
            var (g, o) = (Vector512.Load(values + 2 * units + at), Vector512.Load(values + 3 * units + at));
            var before = isFirst ? default : Vector512.Load(cells - units + at);
            var (dh, tanh) = (Vector512.Load(state + at), GateMath.Tanh(Vector512.Load(cells + at)));
            var dc = Vector512.Load(memory + at) + dh * o * (one - tanh * tanh);
            GateMath.Settle(dc * g * (i * (one - i))).Store(gates + at);
            GateMath.Settle(dc * before * (f * (one - f))).Store(gates + stride + at);
            GateMath.Settle(dc * i * (one - g * g)).Store(gates + 2 * stride + at);
            GateMath.Settle(dh * tanh * (o * (one - o))).Store(gates + 3 * stride + at);
            GateMath.Settle(dc * f).Store(memory + at);
            Vector512<float>.Zero.Store(state + at);
        }
        for (var gate = 0; gate < 4; gate++)
            Keep(gates + gate * stride, GateGradients + (position * 4 + gate) * units);
    }
}
