using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>Dropout, 64 elements at a time: the masks come from eight Philox counters side by side.</summary>
internal sealed unsafe class Dropout
{
    // A multiple of the 64 elements of a draw; small enough for single samples to occupy all threads.
    private const int Chunk = 8192;
    private readonly float* _input, _output;
    private readonly int* _position;
    private readonly int _length, _chunks, _threshold;
    private readonly float _factor;
    private readonly uint _purpose;

    private Dropout(DropoutCall call)
    {
        _input = CpuMemory.Address<float>(call.Input);
        _output = CpuMemory.Address<float>(call.Output);
        _position = CpuMemory.Address<int>(call.Position);
        _length = call.Input.Count / call.Input.Shape[0];
        _chunks = (_length + Chunk - 1) / Chunk;
        (_threshold, _factor, _purpose) = (call.Threshold, call.Factor, call.Purpose);
    }

    public static Action Prepare(WorkerPool pool, DropoutCall call)
    {
        var dropout = new Dropout(call);
        var parts = call.Input.Shape[0] * dropout._chunks;
        PoolJob job = (part, _) => dropout.Run(part / dropout._chunks, part % dropout._chunks * Chunk);
        return () => pool.Run(parts, job);
    }

    private void Run(int sample, int start)
    {
        var seed = (uint)_position[0] | (ulong)(uint)_position[1] << 32;
        var philox = new PhiloxLanes(seed, (uint)_position[DropoutCall.PositionHeader + sample], (uint)_position[2], _purpose);
        var x = _input + (long)sample * _length;
        var y = _output + (long)sample * _length;
        var threshold = Vector512.Create((ushort)_threshold);
        var end = Math.Min(_length, start + Chunk);
        var i = start;
        for (; i + 64 <= end; i += 64)
        {
            var (first, second) = philox.Draw((uint)i / 8);
            Apply(Vector512.GreaterThanOrEqual(first, threshold), x + i, y + i);
            Apply(Vector512.GreaterThanOrEqual(second, threshold), x + i + 32, y + i + 32);
        }
        if (i < end)
            Rest(philox, x, y, i, end);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Apply(Vector512<ushort> kept, float* x, float* y)
    {
        var (low, high) = Vector512.Widen(kept.AsInt16());
        ((Vector512.Load(x) * _factor).AsInt32() & low).AsSingle().Store(y);
        ((Vector512.Load(x + 16) * _factor).AsInt32() & high).AsSingle().Store(y + 16);
    }

    private void Rest(in PhiloxLanes philox, float* x, float* y, int start, int end)
    {
        var bits = stackalloc ushort[64];
        var (first, second) = philox.Draw((uint)start / 8);
        first.Store(bits);
        second.Store(bits + 32);
        for (var i = start; i < end; i++)
            y[i] = bits[i - start] >= _threshold ? x[i] * _factor : 0;
    }
}
