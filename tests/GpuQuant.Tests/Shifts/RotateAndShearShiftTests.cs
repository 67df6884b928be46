using GpuQuant.Shifts;
using GpuQuant.Shifts.MnistC;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

public class RotateAndShearShiftTests
{
    private static readonly double[] Angles = [.2, .4, .6, .8, 1.0];

    /// <summary>A right angle: output(row, column) shows input(row = column, column = 2 - row).</summary>
    [Fact]
    public void Rotate_QuarterTurn_IsByHand() => Assert.Equal(
        [3, 6, 9, 2, 5, 8, 1, 4, 7],
        new RotateShift().ApplyToOne(SmallImages.One(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9), 1, ("angle", "1.5707963267948966")));

    /// <summary>sin = 1, cos = 0: output(row, column) shows input(row = 1, column = column - row + 1).</summary>
    [Fact]
    public void Shear_RightAngle_IsByHand() => Assert.Equal(
        [5, 6, 0, 4, 5, 6, 0, 4, 5],
        new ShearShift().ApplyToOne(SmallImages.One(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9), 1, ("angle", "1.5707963267948966")));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void RotateAndShear_EverySeverityAndSide_AgreeWithThePlainReference(int severity)
    {
        var source = SmallImages.Random(1, 28, 28);
        foreach (var sign in new[] { -1, 1 })
        {
            var (sin, cos) = Math.SinCos(sign * Angles[severity - 1]);
            var rotated = new RotateShift().ApplyToOne(source, severity, ("sign", $"{sign}"));
            ShiftTesting.AssertAlmostEqual(PlainWarp.AroundCentre(source.Sample(0), 28, 28, cos, -sin, sin, cos), rotated);
            var sheared = new ShearShift().ApplyToOne(source, severity, ("sign", $"{sign}"));
            ShiftTesting.AssertAlmostEqual(PlainWarp.AroundCentre(source.Sample(0), 28, 28, 1, -sin, 0, cos), sheared);
        }
    }

    [Theory]
    [InlineData("rotate")]
    [InlineData("shear")]
    public void RotateAndShear_Undrawn_PickBothSidesAboutEquallyOften(string name)
    {
        var shift = Catalog.All<IShift>().Single(shift => shift.Suite == "mnist-c" && shift.Name == name);
        var source = SmallImages.Random(400, 8, 8);
        var drawn = shift.Apply(source, 2, seed: 1);
        var positive = shift.Apply(source, 2, seed: 1, ShiftTesting.Given(("sign", "1")));
        var negative = shift.Apply(source, 2, seed: 1, ShiftTesting.Given(("sign", "-1")));
        var toPositive = Enumerable.Range(0, 400).Count(i => drawn.Sample(i).SequenceEqual(positive.Sample(i)));
        var toNegative = Enumerable.Range(0, 400).Count(i => drawn.Sample(i).SequenceEqual(negative.Sample(i)));
        Assert.Equal(400, toPositive + toNegative);
        Assert.InRange(toPositive, 150, 250);
    }

    [Fact]
    public void Rotate_GivenAngle_NeedsNoSeedAndTakesTheSign()
    {
        var (shift, source) = (new RotateShift(), SmallImages.Random(20, 8, 8));
        var plain = shift.Apply(source, 2, seed: 1, ShiftTesting.Given(("angle", "0.4")));
        var otherSeed = shift.Apply(source, 5, seed: 2, ShiftTesting.Given(("angle", "0.4")));
        var severityAngle = shift.Apply(source, 2, seed: 3, ShiftTesting.Given(("sign", "1")));
        Assert.Equal(plain.Samples(20), otherSeed.Samples(20));
        Assert.Equal(plain.Samples(20), severityAngle.Samples(20));
        var turned = shift.Apply(source, 2, seed: 1, ShiftTesting.Given(("angle", "0.4"), ("sign", "-1")));
        var negative = shift.Apply(source, 2, seed: 1, ShiftTesting.Given(("angle", "-0.4")));
        Assert.Equal(turned.Samples(20), negative.Samples(20));
        Assert.NotEqual(plain.Samples(20), turned.Samples(20));
        Assert.Equal("random+rotate2(angle=0.4,sign=-1)", turned.Name);
    }
}
