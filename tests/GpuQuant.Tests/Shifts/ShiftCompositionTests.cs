using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Shifts.MnistC;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>Shifts one after the other, at fixed severities and swept.</summary>
public class ShiftCompositionTests
{
    private static readonly IDataset Grey = SmallImages.Random(3, 28, 28);

    [Fact]
    public void Then_TwoShifts_AppliesTheFirstFirst()
    {
        var chain = new ScaleShift().Then(new ImpulseNoiseShift());
        var expected = new ImpulseNoiseShift().Apply(new ScaleShift().Apply(Grey, 2, 7), 2, 8);
        Assert.Equal(expected.Samples(3), chain.Apply(Grey, 2, 7).Samples(3));
        Assert.Equal("random+scale2+impulse_noise2", chain.Apply(Grey, 2, 7).Name);
        Assert.NotEqual(expected.Samples(3), new ImpulseNoiseShift().Then(new ScaleShift()).Apply(Grey, 2, 7).Samples(3));
    }

    [Fact]
    public void At_OneStep_KeepsItsSeverityWhileTheOthersAreSwept()
    {
        var chain = new RotateShift().Then(new ImpulseNoiseShift().At(5)).Then(new IdentityShift());
        Assert.Equal("rotate+impulse_noise:5+identity", chain.Name);
        Assert.Equal((5, 2, "mnist-c"), (chain.Severities, chain.DefaultSeverity, chain.Suite));
        Assert.Equal(
            Enumerable.Range(1, 5).Select(severity => $"random+rotate{severity}+impulse_noise5+identity"),
            chain.Sweep(Grey, 0).Select(set => set.Name));
    }

    [Fact]
    public void At_Shift_HasOneSeverity()
    {
        var fixedNoise = new ImpulseNoiseShift().At(3);
        Assert.Equal((1, 1), (fixedNoise.Severities, fixedNoise.DefaultSeverity));
        Assert.Equal(new ImpulseNoiseShift().Apply(Grey, 3, 4).Samples(3), fixedNoise.Apply(Grey, 1, 4).Samples(3));
        Assert.Single(fixedNoise.Sweep(Grey, 4));
        Assert.Same(fixedNoise.Steps[0].Shift, fixedNoise.At(1).Steps[0].Shift);
        Assert.Equal(3, fixedNoise.At(1).Steps[0].Severity);
    }

    [Fact]
    public void Then_SameNoiseThreeTimes_DrawsApart()
    {
        var noise = new ImpulseNoiseShift().At(1);
        var (left, right) = (noise.Then(noise).Then(noise), noise.Then(noise.Then(noise)));
        Assert.Equal(left.Apply(Grey, 1, 0).Samples(3), right.Apply(Grey, 1, 0).Samples(3));
        var expected = new ulong[] { 0, 1, 2 }.Aggregate((IDataset)Grey, (set, seed) => new ImpulseNoiseShift().Apply(set, 1, seed));
        Assert.Equal(expected.Samples(3), left.Apply(Grey, 1, 0).Samples(3));
    }

    [Fact]
    public void Parameters_OfOneStep_AreHandedOn()
    {
        var given = ShiftTesting.Given(("dx", "3"), ("dy", "0"));
        var expected = new TranslateShift().Apply(Grey, 1, 0, given).Samples(3);
        Assert.Equal(expected, new TranslateShift().At(1).Apply(Grey, 1, 0, given).Samples(3));
        var error = Assert.Throws<UsageException>(() => new TranslateShift().Then(new IdentityShift()).Apply(Grey, 1, 0, given));
        Assert.Contains("give them for one shift alone", error.Message);
    }

    [Fact]
    public void WrongSeverities_AreUsageErrors()
    {
        Assert.Contains("rotate has no severity 6; it has 1 to 5", Assert.Throws<UsageException>(() => new RotateShift().At(6)).Message);
        Assert.Contains("only severity 1", Assert.Throws<UsageException>(() => new IdentityShift().At(2)).Message);
        var chain = new RotateShift().At(2).Then(new IdentityShift());
        Assert.Contains("they have 1 to 1", Assert.Throws<UsageException>(() => chain.Apply(Grey, 2, 0)).Message);
        Assert.False(chain.AppliesTo(SmallImages.Random(1, 8, 8, channels: 3)));
    }
}
