using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>Uniform draws, 32 at a time: the words come from eight Philox counters side by side.</summary>
internal sealed unsafe class Uniform(UniformCall call)
{
    private const int Words = 32;
    private readonly float* _output = CpuMemory.Address<float>(call.Output);
    private readonly int* _position = CpuMemory.Address<int>(call.Position);
    private readonly int _length = call.Output.Count / call.Output.Shape[0];
    private readonly uint _purpose = (uint)call.Purpose;

    public void Run(int sample)
    {
        var seed = (uint)_position[0] | (ulong)(uint)_position[1] << 32;
        var philox = new PhiloxLanes(seed, (uint)_position[DropoutCall.PositionHeader + sample], (uint)_position[2], _purpose);
        var y = _output + (long)sample * _length;
        var i = 0;
        for (; i + Words <= _length; i += Words)
            Draw(philox, i, y + i);
        if (i == _length)
            return;
        var rest = stackalloc float[Words];
        Draw(philox, i, rest);
        for (var k = 0; i + k < _length; k++)
            y[i + k] = rest[k];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Draw(in PhiloxLanes philox, int first, float* y)
    {
        var (low, high) = philox.Draw((uint)first / 4);
        Spread(low).Store(y);
        Spread(high).Store(y + Words / 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Spread(Vector512<ushort> draws) =>
        Vector512.ConvertToSingle((draws.AsUInt32() >>> 8).AsInt32()) * (1f / (1 << 23)) - Vector512<float>.One;
}
