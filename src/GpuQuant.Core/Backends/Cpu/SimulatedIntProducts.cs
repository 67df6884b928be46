using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>The same sums by float32 products of integers, in parts below 2^24, on any processor.</summary>
internal readonly unsafe struct SimulatedIntProducts : IIntProducts
{
    // So many products of at most 255 * 127 stay below 2^24.
    private const int StepsAtOnce = 512;

    public static int ElementBytes => sizeof(float);

    public static void Multiply(byte* strip, int* offsets, byte* panel, in IntRuns runs, int* start, int startStride, int* sums)
    {
        for (var r = 0; r < IntTile.Rows; r++, start += startStride, sums += IntTile.Lanes)
        {
            var values = strip + offsets[r];
            var weights = (float*)panel;
            var total = Vector512.Load(start);
            for (var run = runs.Count; run > 0; run--, values += runs.LineBytes)
                for (var k = 0; k < runs.Bytes; k += StepsAtOnce * sizeof(float))
                    total += Part((float*)(values + k), Math.Min(StepsAtOnce, (runs.Bytes - k) / sizeof(float)), ref weights);
            total.Store(sums);
        }
    }

    private static Vector512<int> Part(float* values, int count, ref float* weights)
    {
        var sum = Vector512<float>.Zero;
        for (var k = 0; k < count; k++, weights += IntTile.Lanes)
            sum += Vector512.Create(values[k]) * Vector512.Load(weights);
        return Vector512.ConvertToInt32(sum);
    }
}
