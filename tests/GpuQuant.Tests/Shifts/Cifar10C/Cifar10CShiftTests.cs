using System.Security.Cryptography;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts.Cifar10C;

/// <summary>What CIFAR-10-C's shifts have in common: names, severities, parameters, bytes.</summary>
public class Cifar10CShiftTests
{
    private static readonly string[] Names =
    [
        "brightness", "contrast", "defocus_blur", "elastic_transform", "fog", "frost", "gaussian_blur", "gaussian_noise", "glass_blur",
        "impulse_noise", "jpeg_compression", "motion_blur", "pixelate", "saturate", "shot_noise", "snow", "spatter", "speckle_noise",
        "zoom_blur",
    ];

    public static TheoryData<string> All() => [.. Names];

    [Fact]
    public void Catalogue_HasTheNineteen() =>
        Assert.Equal(Names, Catalog.All<IShift>().Where(shift => shift.Suite == "cifar10-c").Select(shift => shift.Name));

    [Theory]
    [MemberData(nameof(All))]
    public void Apply_AnySeverity_ChangesTheImageAndNamesIt(string name)
    {
        var source = ColourImages.Slopes(3);
        var shift = Named(name);
        Assert.Equal((5, 1), (shift.Severities, shift.DefaultSeverity));
        for (var severity = 1; severity <= 5; severity++)
        {
            var set = shift.Apply(source, severity, seed: 0);
            Assert.StartsWith($"slopes+{name}{severity}", set.Name, StringComparison.Ordinal);
            Assert.True(ShiftTesting.Deviation(source, set, 3) > 0.1);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Key_Given_MakesAllImagesDrawAlike(string name)
    {
        var (source, shift) = (ColourImages.Slopes(3), Named(name));
        if (shift.Parameters.All(parameter => parameter.Name != "key"))
            return;
        var set = shift.Apply(source, 3, seed: 0, ShiftTesting.Given(("key", "1")));
        var free = shift.Apply(source, 3, seed: 0);
        Assert.Equal(free.Sample(1), set.Sample(0));
        Assert.Equal(free.Sample(1), set.Sample(2));
        Assert.NotEqual(free.Sample(0), free.Sample(1));
    }

    /// <summary>A given value takes the place of a draw; what is drawn after it stays.</summary>
    [Fact]
    public void Snow_GivenAngle_KeepsTheFlakes()
    {
        var source = ColourImages.Grey(1, 32, 32, 0);
        var (down, aslant) = (Named("snow").ApplyToOne(source, 1, ("angle", "-90")), Named("snow").ApplyToOne(source, 1, ("angle", "-60")));
        Assert.NotEqual(down, aslant);
        Assert.Equal(down.Average(value => (double)value), aslant.Average(value => (double)value), 1.5);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Apply_AnyMachine_GivesThePinnedBytes(string name)
    {
        var source = SmallImages.Random(20, 32, 32, channels: 3);
        var bytes = Enumerable.Range(1, 5).SelectMany(severity => Named(name).Apply(source, severity, seed: 1).Samples(20)).ToArray();
        Assert.Equal(Pinned[name], Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
    }

    [Theory]
    [InlineData("brightness", "c", "1.1", "c (what is added")]
    [InlineData("contrast", "c", "-1", "c (what remains")]
    [InlineData("frost", "picture", "6", "picture (which picture")]
    [InlineData("frost", "picture", "1.5", "picture (which picture")]
    [InlineData("frost", "row", "-1", "row (the first row")]
    [InlineData("frost", "col", "x", "col (the first column")]
    [InlineData("gaussian_blur", "sigma", "-0.1", "sigma (the standard deviation")]
    [InlineData("gaussian_noise", "s", "2", "s (the noise's")]
    [InlineData("impulse_noise", "p", "1.01", "p (the probability")]
    [InlineData("jpeg_compression", "quality", "0", "quality (libjpeg's")]
    [InlineData("jpeg_compression", "quality", "50.5", "quality (libjpeg's")]
    [InlineData("motion_blur", "angle", "NaN", "angle (in degrees")]
    [InlineData("pixelate", "factor", "0", "factor (the small side")]
    [InlineData("saturate", "gain", "-1", "gain (what the saturation")]
    [InlineData("shot_noise", "c", "0", "c (photons")]
    [InlineData("snow", "angle", "361", "angle (of the fall")]
    [InlineData("speckle_noise", "s", "-1", "s (the noise's")]
    [InlineData("snow", "key", "0.5", "key (every image")]
    public void Parameter_BadValue_IsAUsageErrorThatListsTheKnown(string name, string parameter, string value, string expected)
    {
        var error = Assert.Throws<UsageException>(
            () => Named(name).Apply(ColourImages.Slopes(1), 1, 0, ShiftTesting.Given((parameter, value))));
        Assert.StartsWith($"'{value}' is no value", error.Message);
        Assert.Contains(expected, error.Message);
    }

    private static readonly Dictionary<string, string> Pinned = new()
    {
        ["brightness"] = "95319b96c9e06fc8",
        ["contrast"] = "1dc875ec7384b879",
        ["defocus_blur"] = "8f4d4a8c3d6625ad",
        ["elastic_transform"] = "0e7fccebe9f64b59",
        ["fog"] = "f35e36f1e9bfe33d",
        ["frost"] = "96601604276c0e61",
        ["gaussian_blur"] = "a163f447764dc4dd",
        ["gaussian_noise"] = "14d870a9bbcd4f8b",
        ["glass_blur"] = "b0eba7a860d9b622",
        ["impulse_noise"] = "34aabfd176eef8bc",
        ["jpeg_compression"] = "d15af840bb4b1d74",
        ["motion_blur"] = "220c58891178450c",
        ["pixelate"] = "4327c9e28c1e18b5",
        ["saturate"] = "f0f763dc20548749",
        ["shot_noise"] = "53fac8941ba856e0",
        ["snow"] = "08bcd5f77146a510",
        ["spatter"] = "761bd08e637fd6a8",
        ["speckle_noise"] = "094374ca6c290704",
        ["zoom_blur"] = "a09f95f207160b64",
    };

    private static IShift Named(string name) => Catalog.All<IShift>().Single(shift => shift.Suite == "cifar10-c" && shift.Name == name);
}
