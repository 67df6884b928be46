using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary><see cref="LstmForwardCall"/>.</summary>
internal sealed unsafe class LstmForward(LstmForwardCall call, WorkerPool pool) : SequenceForward(call, call.Output, call.States, pool)
{
    private readonly float* _cells = CpuMemory.AddressOrNull<float>(call.Cells);

    protected override void Step(long position, float* sums, float* state, float* memory)
    {
        var x = Gates + position * 4 * Units;
        var (units, stride) = (Units, GateStride);
        for (var at = 0; at < Padded; at += Lanes)
        {
            var place = sums + at;
            var i = GateMath.Sigmoid(Vector512.Load(place) + Vector512.Load(x + at));
            var f = GateMath.Sigmoid(Vector512.Load(place + stride) + Vector512.Load(x + units + at));
            var g = GateMath.Tanh(Vector512.Load(place + 2 * stride) + Vector512.Load(x + 2 * units + at));
            var o = GateMath.Sigmoid(Vector512.Load(place + 3 * stride) + Vector512.Load(x + 3 * units + at));
            var cell = f * Vector512.Load(memory + at) + i * g;
            cell.Store(memory + at);
            (o * GateMath.Tanh(cell)).Store(state + at);
            if (!Keeps)
                continue;
            i.Store(place);
            f.Store(place + stride);
            g.Store(place + 2 * stride);
            o.Store(place + 3 * stride);
        }
        if (!Keeps)
            return;
        for (var gate = 0; gate < 4; gate++)
            Keep(sums + gate * stride, x + gate * units);
        Keep(memory, _cells + position * units);
    }
}
