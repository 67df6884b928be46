using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary><see cref="GruBackwardCall"/>.</summary>
internal sealed unsafe class GruBackward(GruBackwardCall call, WorkerPool pool)
    : SequenceBackward(call, call.OutputGradient, call.GateGradients, call.RecurrentGradients, pool)
{
    private readonly float* _states = CpuMemory.Address<float>(call.States);
    private readonly float* _candidates = CpuMemory.Address<float>(call.Candidates);

    protected override void Step(long position, bool isFirst, float* gates, float* state, float* memory)
    {
        var values = Gates + position * 3 * Units;
        var (units, stride, one) = (Units, GateStride, Vector512<float>.One);
        for (var at = 0; at < Padded; at += Lanes)
        {
            var (z, r, n) = (Vector512.Load(values + at), Vector512.Load(values + units + at), Vector512.Load(values + 2 * units + at));
            var (before, q) = (Vector512.Load(_states + position * units + at), Vector512.Load(_candidates + position * units + at));
            var dh = Vector512.Load(state + at);
            var dn = dh * (one - z) * (one - n * n);
            GateMath.Settle(dh * (before - n) * (z * (one - z))).Store(gates + at);
            GateMath.Settle(dn * q * (r * (one - r))).Store(gates + stride + at);
            GateMath.Settle(dn * r).Store(gates + 2 * stride + at);
            GateMath.Settle(dn).Store(memory + at);
            GateMath.Settle(dh * z).Store(state + at);
        }
        var gradients = GateGradients + position * 3 * units;
        Keep(gates, gradients);
        Keep(gates + stride, gradients + units);
        Keep(memory, gradients + 2 * units);
    }
}
