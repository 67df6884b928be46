using System.Runtime.InteropServices;
using System.Security.Cryptography;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Tests.Formulas;

public sealed class GateFormulaTests
{
    private static readonly int[] Numbers = [.. Enumerable.Range(short.MinValue, 1 << 16)];

    // tanh 2 by hand, 8192 with 3 integer bits. e^-4, that is -8192 with 4 integer bits, is e^-1/4 e^-1/4 e^-1/2 e^-1 e^-2. The first comes
    // from the polynomial with y = -4096: y^2 512, y^4/4 2, y^3 -64 (-63.5), a third of both -21, (512 - 21) / 2 = 246,
    // 28918 + 28918 (246 - 4096) / 2^15 = 25520. The four factors make it 19875, 12055, 4435, 600.
    // 1 / ((1 + e^-4) / 2): (600 + 32768) / 2 = 16684, 23130 - 15420 * 16684 / 2^15 = 15279, then 16051, 16091, 16091.
    // 4 (16091 - 8192) = 31596; 32768 tanh 2 is 31589.
    [Theory]
    [InlineData(8192, 3, 31596)]
    [InlineData(-8192, 3, -31596)]
    [InlineData(0, 3, 0)]
    [InlineData(987, 4, 14668)]
    [InlineData(494, 4, 7748)]
    public void Tanh_GoldenCases(int x, int bits, int expected) => Assert.Equal(expected, GateFormula.Tanh(x, bits));

    [Theory]
    [InlineData(0, 16384)]
    [InlineData(4500, 24572)]
    [InlineData(-4500, 8195)]
    public void Sigmoid_GoldenCases(int x, int expected) => Assert.Equal(expected, GateFormula.Sigmoid(x));

    /// <summary>What gemmlowp's own functions give for all 65,536 numbers, as little-endian int16.</summary>
    [Fact]
    public void Functions_OfAllNumbers_AreThoseOfGemmlowp()
    {
        Assert.Equal("44168980e98373fcf68adda21fdb4d006b79a4ca14df0269ff958e49f9fa6062", Digest(Numbers.Select(GateFormula.Sigmoid)));
        Assert.Equal("3dac1491d98a9ae6ca5031b1e2c3c6c6f470ebb4c728e553df88ffc6437ae9cd", Digest(
            Enumerable.Range(0, 7).SelectMany(bits => Numbers.Select(x => GateFormula.Tanh(x, bits)))));
    }

    [Fact]
    public void Sigmoid_OfAllNumbers_IsNearTheExactOne() => Assert.All(Numbers, x =>
        Assert.InRange(GateFormula.Sigmoid(x) - 32768 / (1 + Math.Exp(-x / 4096.0)), -7, 7));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(6)]
    public void Tanh_OfAllNumbers_IsNearTheExactOne(int bits) => Assert.All(Numbers, x =>
        Assert.InRange(GateFormula.Tanh(x, bits) - 32768 * Math.Tanh(Math.ScaleB(x, bits - 15)), -12.1, 12.1));

    private static string Digest(IEnumerable<int> values) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<short>([.. values.Select(value => (short)value)])));
}
