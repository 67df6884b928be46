using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>What every shift in the catalogue must do, without being named here: on some set that it applies to.</summary>
public class ShiftConformanceTests
{
    private const int Count = 48;

    private static readonly IDataset[] Sources =
    [
        SmallImages.Random(Count, 28, 28),
        SmallImages.Random(Count, 32, 32, channels: 3),
    ];

    public static TheoryData<string> All() => [.. Catalog.All<IShift>().Select(shift => $"{shift.Suite}/{shift.Name}")];

    [Fact]
    public void Catalogue_HasTheShiftsOfMnistC() => Assert.Superset(
        new HashSet<string>
        {
            "identity", "shot_noise", "impulse_noise", "glass_blur", "motion_blur", "shear", "scale", "rotate", "brightness", "translate",
            "stripe", "fog", "spatter", "dotted_line", "zigzag", "canny_edges",
        },
        Catalog.All<IShift>().Where(shift => shift.Suite == "mnist-c").Select(shift => shift.Name).ToHashSet());

    [Theory]
    [MemberData(nameof(All))]
    public void Shift_Properties_AreInRange(string name)
    {
        var shift = Named(name);
        Assert.Matches("^[a-z][a-z0-9_]*$", shift.Name);
        Assert.True(shift.Severities is 1 or 5);
        Assert.InRange(shift.DefaultSeverity, 1, shift.Severities);
        Assert.Contains(Sources, shift.AppliesTo);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Apply_AgainFromOtherThreadsAndOrders_GivesTheSameBytes(string name)
    {
        ForEverySeverity(name, (shift, source, severity) =>
        {
            var set = shift.Apply(source, severity, seed: 3);
            var expected = Enumerable.Range(0, Count).Select(set.Sample).ToArray();
            Parallel.For(0, 4 * Count, i =>
                Assert.True(expected[(i * 7) % Count].AsSpan().SequenceEqual(set.Sample((i * 7) % Count)), $"sample {(i * 7) % Count}"));
            Assert.Equal(expected[Count - 1], shift.Apply(source, severity, seed: 3).Sample(Count - 1));
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Apply_KeepsEverythingButThePixels(string name)
    {
        ForEverySeverity(name, (shift, source, severity) =>
        {
            var before = source.Samples(Count);
            var set = shift.Apply(source, severity, seed: 3);
            Assert.Equal((source.Count, source.Classes, source.SampleShape, source.SampleType),
                (set.Count, set.Classes, set.SampleShape, set.SampleType));
            Assert.StartsWith($"{source.Name}+{shift.Name}", set.Name, StringComparison.Ordinal);
            Assert.All(Enumerable.Range(0, Count), i => Assert.Equal(source.Label(i), set.Label(i)));
            set.Samples(Count);
            Assert.Equal(before, source.Samples(Count));
        });
    }

    /// <summary>A sample's bytes depend on its index alone: the same picture as the first of a shorter set is shifted alike.</summary>
    [Theory]
    [MemberData(nameof(All))]
    public void Apply_ShorterSet_ShiftsItsSamplesAlike(string name)
    {
        ForEverySeverity(name, (shift, source, severity) =>
        {
            var first = new ImageDataset("first", source.Sample(0), [0], source.SampleShape, 10);
            Assert.Equal(shift.Apply(source, severity, seed: 9).Sample(0), shift.Apply(first, severity, seed: 9).Sample(0));
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Apply_LargerDestination_WritesOnlyTheSample(string name)
    {
        ForEverySeverity(name, (shift, source, severity) =>
        {
            var bytes = (int)source.SampleShape.Count;
            var buffer = new byte[bytes + 8];
            buffer.AsSpan(bytes).Fill(77);
            shift.Apply(source, severity, seed: 3).Read(1, buffer);
            Assert.All(buffer[bytes..], value => Assert.Equal(77, value));
        });
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Apply_WrongSeverityParameterOrSet_IsAUsageError(string name)
    {
        var shift = Named(name);
        var source = Sources.First(shift.AppliesTo);
        foreach (var severity in new[] { int.MinValue, -1, 0, shift.Severities + 1 })
            Assert.Contains($"severity {severity}", Assert.Throws<UsageException>(() => shift.Apply(source, severity, 0)).Message);
        var unknown = Assert.Throws<UsageException>(() => shift.Apply(source, 1, 0, ShiftTesting.Given(("no_such", "1"))));
        Assert.Contains("'no_such'", unknown.Message);
        foreach (var other in Sources.Where(candidate => !shift.AppliesTo(candidate)))
            Assert.Contains(shift.Name, Assert.Throws<UsageException>(() => shift.Apply(other, 1, 0)).Message);
    }

    private static IShift Named(string name) => Catalog.All<IShift>().Single(shift => $"{shift.Suite}/{shift.Name}" == name);

    private static void ForEverySeverity(string name, Action<IShift, IDataset, int> check)
    {
        var shift = Named(name);
        foreach (var source in Sources.Where(shift.AppliesTo))
            for (var severity = 1; severity <= shift.Severities; severity++)
                check(shift, source, severity);
    }
}
