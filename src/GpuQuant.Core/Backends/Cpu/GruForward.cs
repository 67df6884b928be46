using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary><see cref="GruForwardCall"/>.</summary>
internal sealed unsafe class GruForward(GruForwardCall call, WorkerPool pool) : SequenceForward(call, call.Output, call.States, pool)
{
    private readonly float* _bias = CpuMemory.Address<float>(call.RecurrentBias);
    private readonly float* _candidates = CpuMemory.AddressOrNull<float>(call.Candidates);

    protected override void Step(long position, float* sums, float* state, float* memory)
    {
        var x = Gates + position * 3 * Units;
        var (units, stride) = (Units, GateStride);
        for (var at = 0; at < Padded; at += Lanes)
        {
            var place = sums + at;
            var z = GateMath.Sigmoid(Vector512.Load(x + at) + (Vector512.Load(place) + Vector512.Load(_bias + at)));
            var r = GateMath.Sigmoid(
                Vector512.Load(x + units + at) + (Vector512.Load(place + stride) + Vector512.Load(_bias + units + at)));
            var q = Vector512.Load(place + 2 * stride) + Vector512.Load(_bias + 2 * units + at);
            var n = GateMath.Tanh(Vector512.Load(x + 2 * units + at) + r * q);
            (z * Vector512.Load(state + at) + (Vector512<float>.One - z) * n).Store(state + at);
            if (!Keeps)
                continue;
            z.Store(place);
            r.Store(place + stride);
            n.Store(place + 2 * stride);
            q.Store(memory + at);
        }
        if (!Keeps)
            return;
        for (var gate = 0; gate < 3; gate++)
            Keep(sums + gate * stride, x + gate * units);
        Keep(memory, _candidates + position * units);
    }
}
