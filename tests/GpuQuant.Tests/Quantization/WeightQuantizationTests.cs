using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

public class WeightQuantizationTests
{
    // The greatest weight of a channel becomes 127. Channel 0 has step 1, so that ties show: halves go away from zero, and the greatest
    // float below a half does not. Channel 1 has step 2. Channel 2 has no weight but 0.
    private static readonly Tensor Weights = Tensor.From<float>(
        [127, 0.5f, -0.5f, 1.5f, -2.5f, 0.49999997f, -254, 3, 5, 0, 254, -1, 0, 0, 0, 0, 0, 0], new Shape(3, 6));

    [Fact]
    public void Symmetric_PerChannel_HasAStepForEach()
    {
        var (kernel, scales) = WeightQuantization.Symmetric(Weights, perChannel: true);
        Assert.Equal([1f, 2, 1], scales);
        Assert.Equal([127, 1, -1, 2, -3, 0, -127, 2, 3, 0, 127, -1, 0, 0, 0, 0, 0, 0], Integers(kernel));
        Assert.Equal(Weights.Shape, kernel.Shape);
    }

    [Fact]
    public void Symmetric_PerTensor_HasOneStep()
    {
        var (kernel, scales) = WeightQuantization.Symmetric(Weights, perChannel: false);
        Assert.Equal([2f], scales);
        // 127 / 2 = 63.5 and 0.5 / 2 = 0.25.
        Assert.Equal([64, 0, 0, 1, -1, 0, -127, 2, 3, 0, 127, -1, 0, 0, 0, 0, 0, 0], Integers(kernel));
    }

    /// <summary>Weight decay lets a dead channel fade through the denormal numbers; a step without an inverse must not make it ±127.</summary>
    [Theory]
    [InlineData(1e-38f)]
    [InlineData(1e-36f)]
    [InlineData(1e-44f)]
    public void Symmetric_VanishingWeights_KeepTheirValue(float greatest)
    {
        var weights = Tensor.From<float>([greatest, -greatest / 2, 0, 0], new Shape(2, 2));
        var (kernel, scales) = WeightQuantization.Symmetric(weights, perChannel: true);
        for (var i = 0; i < 2; i++)
            Assert.Equal(weights.Span<float>()[i], Integers(kernel)[i] * scales[0], Math.Max(greatest / 100, 1e-35));
        Assert.All(scales, scale => Assert.True(scale > 0 && float.IsFinite(1 / scale)));
    }

    [Theory]
    [InlineData(518, 1)]
    [InlineData(519, 2)]
    [InlineData(2400, 5)]
    public void Parts_OfAKernel_AddUpToItAndStayExact(int length, int expected)
    {
        // 518 positions of 127 times 255 are 16,775,430, below 2^24 = 16,777,216; 519 are above.
        var kernel = Draw.Integers(1, 2 * length, -127, 127).Select(i => (float)i).ToArray();
        Array.Fill(kernel, -127, length, length);
        var weights = WeightQuantization.Symmetric(Tensor.From<float>(kernel, new Shape(2, length)), perChannel: false);
        var parts = weights.Parts(255);
        Assert.Equal(expected, parts.Count);
        Assert.Equal(length * 127L * 255, weights.GreatestSum(255));
        var sums = new int[2 * length];
        foreach (var part in parts)
        {
            Assert.Equal(new Shape(2, length), part.Shape);
            foreach (var row in Integers(part).Chunk(length))
                Assert.InRange(row.Sum(w => Math.Abs((long)w)) * 255, 0, (1 << 24) - 1);
            for (var i = 0; i < sums.Length; i++)
                sums[i] += Integers(part)[i];
        }
        Assert.Equal(Integers(weights.Kernel), sums);
    }

    [Fact]
    public void Parts_OfAKernelWithSmallWeights_StayOne()
    {
        // The sum counts, not the length: 2,400 weights of which only one is great.
        var kernel = new float[2400];
        kernel[7] = 1;
        Assert.Single(WeightQuantization.Symmetric(Tensor.From<float>(kernel, new Shape(1, 2400)), true).Parts(255));
    }

    private static int[] Integers(Tensor kernel) => [.. kernel.Span<sbyte>().ToArray().Select(q => (int)q)];
}
