using System.Security.Cryptography;
using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Shifts.MnistC;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>What MNIST-C's shifts have in common: published severities, names, ordering, parameters, bytes.</summary>
public class MnistCShiftTests
{
    private static readonly IDataset Glyphs = new GlyphsSource().Load(DataPart.Test, "");

    [Theory]
    [InlineData("shot_noise", 5)]
    [InlineData("impulse_noise", 4)]
    [InlineData("shear", 2)]
    [InlineData("scale", 3)]
    [InlineData("rotate", 2)]
    [InlineData("brightness", 5)]
    [InlineData("translate", 3)]
    [InlineData("glass_blur", 1)]
    [InlineData("motion_blur", 1)]
    [InlineData("fog", 5)]
    [InlineData("spatter", 4)]
    public void DefaultSeverity_IsThePublishedOne(string name, int severity)
    {
        var shift = Catalog.All<IShift>().Single(shift => shift.Suite == "mnist-c" && shift.Name == name);
        Assert.Equal((5, severity), (shift.Severities, shift.DefaultSeverity));
        Assert.Equal($"glyphs/test+{name}{severity}", shift.Apply(Glyphs, severity, 0).Name);
    }

    [Theory]
    [InlineData("stripe")]
    [InlineData("dotted_line")]
    [InlineData("zigzag")]
    [InlineData("canny_edges")]
    public void Severities_WithoutStrength_AreOne(string name)
    {
        var shift = Catalog.All<IShift>().Single(shift => shift.Suite == "mnist-c" && shift.Name == name);
        Assert.Equal((1, 1), (shift.Severities, shift.DefaultSeverity));
        Assert.Equal($"glyphs/test+{name}", shift.Apply(Glyphs, 1, 0).Name);
    }

    [Theory]
    [InlineData("shot_noise")]
    [InlineData("impulse_noise")]
    [InlineData("shear")]
    [InlineData("scale")]
    [InlineData("rotate")]
    [InlineData("brightness")]
    [InlineData("translate")]
    public void Severity_Higher_MovesPicturesFarther(string name)
    {
        var shift = Catalog.All<IShift>().Single(shift => shift.Suite == "mnist-c" && shift.Name == name);
        var deviations = Enumerable.Range(1, 5)
            .Select(severity => ShiftTesting.Deviation(Glyphs, shift.Apply(Glyphs, severity, seed: 0), 200)).ToArray();
        Assert.True(deviations[0] > 0.5, $"severity 1 changes {deviations[0]} grey levels");
        Assert.All(deviations.Zip(deviations[1..]), pair => Assert.True(pair.Second > pair.First, string.Join(", ", deviations)));
    }

    [Fact]
    public void Identity_KeepsEveryByteAndHasNoSeverityInItsName()
    {
        var set = new IdentityShift().Apply(Glyphs, 1, seed: 5);
        Assert.Equal(Glyphs.Samples(50), set.Samples(50));
        Assert.Equal("glyphs/test+identity", set.Name);
    }

    [Theory]
    [InlineData("shot_noise")]
    [InlineData("impulse_noise")]
    [InlineData("rotate")]
    [InlineData("shear")]
    [InlineData("translate")]
    [InlineData("glass_blur")]
    [InlineData("motion_blur")]
    [InlineData("fog")]
    [InlineData("spatter")]
    public void Seed_Another_DrawsAnew(string name)
    {
        var shift = Catalog.All<IShift>().Single(shift => shift.Suite == "mnist-c" && shift.Name == name);
        Assert.NotEqual(shift.Apply(Glyphs, 3, seed: 1).Samples(20), shift.Apply(Glyphs, 3, seed: 2).Samples(20));
    }

    [Theory]
    [InlineData("brightness", "15f0877528d390d4")]
    [InlineData("identity", "c13e2347609dc529")]
    [InlineData("impulse_noise", "26ba635bbe099af6")]
    [InlineData("rotate", "8d6d0ad2dc778551")]
    [InlineData("scale", "78d6330ac8fbe542")]
    [InlineData("shear", "6966476a8593f454")]
    [InlineData("shot_noise", "d092f4b9a668db66")]
    [InlineData("translate", "f6a8183c8c248ed0")]
    [InlineData("glass_blur", "4e18ac8647e9bde2")]
    [InlineData("motion_blur", "3bbd4c0bd5c36425")]
    [InlineData("stripe", "02d434f5a4e7f084")]
    [InlineData("fog", "ea0f6563ffd5af73")]
    [InlineData("spatter", "45033070bf7eb39c")]
    [InlineData("dotted_line", "ccf78bddb582d233")]
    [InlineData("zigzag", "4bbdc22c9bb13d86")]
    [InlineData("canny_edges", "178768d3ea0fe3a0")]
    public void Apply_AnyMachine_GivesThePinnedBytes(string name, string expected)
    {
        var shift = Catalog.All<IShift>().Single(shift => shift.Suite == "mnist-c" && shift.Name == name);
        var bytes = shift.Apply(SmallImages.Random(100, 28, 28), shift.DefaultSeverity, seed: 1).Samples(100);
        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
    }

    [Theory]
    [InlineData("rotate", "angle", "4", "angle (in radians")]
    [InlineData("rotate", "sign", "0.5", "sign (-1 or 1")]
    [InlineData("rotate", "sign", "0", "sign (-1 or 1")]
    [InlineData("shear", "angle", "NaN", "angle (in radians")]
    [InlineData("translate", "dx", "1.5", "dx (whole pixels to the left")]
    [InlineData("translate", "dy", "1025", "dy (whole pixels up")]
    [InlineData("scale", "factor", "0", "factor (old size by new size")]
    [InlineData("brightness", "c", "1.1", "c (what is added")]
    [InlineData("impulse_noise", "p", "-0.1", "p (the probability")]
    [InlineData("shot_noise", "c", "0", "c (photons")]
    [InlineData("shot_noise", "c", "infinity", "c (photons")]
    [InlineData("shot_noise", "c", "3,5", "c (photons")]
    [InlineData("shot_noise", "c", "", "c (photons")]
    [InlineData("motion_blur", "angle", "181", "angle (in degrees")]
    [InlineData("motion_blur", "radius", "0", "radius (half the trail")]
    [InlineData("glass_blur", "shift", "0", "shift (how far")]
    [InlineData("glass_blur", "passes", "1.5", "passes (how often")]
    [InlineData("fog", "strength", "0", "strength (the fog's")]
    [InlineData("spatter", "threshold", "NaN", "threshold (the blurred")]
    public void Parameter_BadValue_IsAUsageErrorThatListsTheKnown(string name, string parameter, string value, string expected)
    {
        var shift = Catalog.All<IShift>().Single(shift => shift.Suite == "mnist-c" && shift.Name == name);
        var error = Assert.Throws<UsageException>(() => shift.Apply(Glyphs, 1, 0, ShiftTesting.Given((parameter, value))));
        Assert.StartsWith($"'{value}' is no value", error.Message);
        Assert.Contains(expected, error.Message);
        Assert.Equal(2, error.ExitCode);
    }
}
