using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Rules;
using Kind = GpuQuant.Training.Rules.AugMixOperation.Kind;

namespace GpuQuant.Tests.Training;

public class AugMixRuleTests
{
    /// <summary>
    /// Contrast: 50 to 0, 150 to 255, 100 to 255 * 50 / 100 = 127. Bits: 3 of 8 keep the multiples of 32. Solarized from 100 on: 255 - x.
    /// Right by the floor of -0.5 * 3 = -2 columns: the image moves right by two. A slope of 1 takes row 1 from one column on.
    /// </summary>
    [Theory]
    [InlineData(nameof(Kind.AutoContrast), 0, new byte[] { 0, 0, 127, 255, 255, 0 })]
    [InlineData(nameof(Kind.Posterize), 3, new byte[] { 32, 32, 96, 128, 128, 32 })]
    [InlineData(nameof(Kind.Solarize), 100, new byte[] { 50, 50, 155, 105, 105, 50 })]
    [InlineData(nameof(Kind.TranslateX), -0.5, new byte[] { 0, 0, 50, 0, 0, 150 })]
    [InlineData(nameof(Kind.TranslateY), 0.5, new byte[] { 150, 150, 50, 0, 0, 0 })]
    [InlineData(nameof(Kind.ShearX), 1, new byte[] { 50, 50, 100, 150, 50, 0 })]
    [InlineData(nameof(Kind.ShearY), 1, new byte[] { 50, 150, 0, 150, 0, 0 })]
    [InlineData(nameof(Kind.Rotate), 180, new byte[] { 50, 150, 150, 100, 50, 50 })]
    public void Operation_OnTwoRows_GivesTheWorkedNumbers(string kind, double amount, byte[] expected)
    {
        var result = new byte[6];
        new AugMixOperation(Enum.Parse<Kind>(kind), amount).Apply([50, 50, 100, 150, 150, 50], 3, result);
        Assert.Equal(expected, result);
    }

    /// <summary>
    /// 510 pixels of 10, 255 of 20, 300 of 30: a step is (1065 - 300) / 255 = 3, and half of it 1. 10 becomes 1 / 3 = 0, 20 becomes
    /// (1 + 510) / 3 = 170, 30 becomes (1 + 765) / 3 = 255.
    /// </summary>
    [Fact]
    public void Equalize_ThreeLevels_GivesTheWorkedNumbers()
    {
        byte[] plane = [.. Enumerable.Repeat((byte)10, 510), .. Enumerable.Repeat((byte)20, 255), .. Enumerable.Repeat((byte)30, 300)];
        var result = new byte[plane.Length];
        new AugMixOperation(Kind.Equalize, 0).Apply(plane, plane.Length, result);
        Assert.Equal(plane.Select(level => level switch { 10 => (byte)0, 20 => (byte)170, _ => (byte)255 }), result);
    }

    [Fact]
    public void Operations_OfAFlatImage_DivideByNothing()
    {
        var result = new byte[4];
        new AugMixOperation(Kind.AutoContrast, 0).Apply([7, 7, 7, 7], 2, result);
        Assert.Equal([7, 7, 7, 7], result);
        new AugMixOperation(Kind.Equalize, 0).Apply([7, 7, 7, 7], 2, result);
        Assert.Equal([7, 7, 7, 7], result);
    }

    /// <summary>Amounts stay within those of severity 3, and every operation comes.</summary>
    [Fact]
    public void Draw_ManyOperations_KeepsToTheSeverity()
    {
        var seen = new HashSet<Kind>();
        var random = new RandomStream(1, RandomPurpose.Test);
        for (var i = 0; i < 2000; i++)
        {
            var (which, amount) = AugMixOperation.Draw(ref random, 3);
            seen.Add(which);
            var (least, greatest) = which switch
            {
                Kind.AutoContrast or Kind.Equalize => (0, 0),
                Kind.Posterize => (3, 4),
                Kind.Solarize => (256 - 76, 256 - 2),
                Kind.Rotate => (-9, 9),
                Kind.ShearX or Kind.ShearY => (-0.09, 0.09),
                _ => (-0.1, 0.1),
            };
            Assert.InRange(amount, least, greatest);
        }
        Assert.Equal(Enum.GetValues<Kind>().ToHashSet(), seen);
    }

    /// <summary>
    /// Equal channels stay equal. White in the middle stays 255 where no chain inverts it: weights that sum to 1 do not take it beyond.
    /// </summary>
    [Fact]
    public void Apply_OfAWhiteImage_KeepsItGreyAndInRange()
    {
        var kept = 0;
        for (var sample = 0; sample < 200; sample++)
        {
            var image = new byte[75];
            Array.Fill(image, (byte)255);
            new AugMixRule { Severity = 1 }.Apply(image, new Shape(5, 5, 3), 1, 0, sample);
            Assert.All(image.Chunk(3), pixel => Assert.True(pixel[0] == pixel[1] && pixel[1] == pixel[2]));
            kept += image[36] == 255 ? 1 : 0;
        }
        Assert.InRange(kept, 20, 199);
    }
}
