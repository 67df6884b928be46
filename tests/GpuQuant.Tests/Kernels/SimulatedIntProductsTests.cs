using System.Runtime.InteropServices;
using GpuQuant.Backends.Cpu;

namespace GpuQuant.Tests.Kernels;

public unsafe class SimulatedIntProductsTests
{
    // 520 products of 255 * 127 = 32,385 and 520 of 255 * -127, one of them 255 * -126: the sum is 255. On the way it is 519 * 32,385 =
    // 16,807,815, above 2^24 and odd, which float32 does not have: one sum in float32 from end to end is wrong.
    [Fact]
    public void Multiply_SumsBeyond24Bits_AreExact()
    {
        const int Steps = 1040;
        var (values, weights) = (new float[IntTile.Rows * Steps], new float[Steps * IntTile.Lanes]);
        Array.Fill(values, 255);
        for (var k = 0; k < Steps; k++)
            Array.Fill(weights, k < Steps / 2 ? 127 : k == Steps - 1 ? -126 : -127, k * IntTile.Lanes, IntTile.Lanes);
        Assert.NotEqual(255, weights.Where((_, i) => i % IntTile.Lanes == 0).Aggregate(0f, (sum, weight) => sum + 255 * weight));
        var sums = new int[IntTile.Rows * IntTile.Lanes];
        int[] offsets = [.. Enumerable.Range(0, IntTile.Rows).Select(row => row * Steps * sizeof(float))];
        int[] start = [.. Enumerable.Range(0, IntTile.Lanes)];
        fixed (byte* strip = MemoryMarshal.AsBytes<float>(values), panel = MemoryMarshal.AsBytes<float>(weights))
        fixed (int* rows = offsets, from = start, target = sums)
            SimulatedIntProducts.Multiply(strip, rows, panel, new IntRuns(1, Steps * sizeof(float), 0), from, 0, target);
        Assert.Equal(Enumerable.Range(0, sums.Length).Select(i => 255 + i % IntTile.Lanes), sums);
    }
}
