using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>Test sets by name: one shift, a severity, a chain.</summary>
public class TestSetTests
{
    private static readonly KnownTestSets Known = TestSetCatalog.All;
    private static readonly IDataset Grey = SmallImages.Random(4, 28, 28);

    [Fact]
    public void Open_Chain_ShiftsOneAfterTheOther()
    {
        var chain = Open("impulse_noise:2+brightness");
        var first = Known.Shifts.For("impulse_noise", Grey).Apply(Grey, 2, TestSet.Seed);
        var expected = Known.Shifts.For("brightness", Grey).Apply(first, 5, TestSet.Seed + 1);
        Assert.Equal(expected.Samples(4), chain.Samples(4));
        Assert.NotEqual(first.Samples(4), chain.Samples(4));
    }

    [Fact]
    public void Open_SameNoiseTwice_DrawsApart()
    {
        var once = Open("impulse_noise:1");
        var twice = Open("impulse_noise:1+impulse_noise:1");
        Assert.NotEqual(once.Samples(4), twice.Samples(4));
    }

    [Fact]
    public void Open_Original_IsTheSetItself() => Assert.Same(Grey, Open("original"));

    [Fact]
    public void Chain_SeverityLeftOpen_TakesTheOneAskedFor()
    {
        var test = TestSet.Parse("rotate+identity+scale:4", Known);
        Assert.Equal([2, 1, 4], test.Chain(Grey, Known.Shifts).Steps.Select(step => step.Severity!.Value));
        Assert.Equal([5, 1, 4], test.Chain(Grey, Known.Shifts, 5).Steps.Select(step => step.Severity!.Value));
    }

    private static IDataset Open(string name) => new TestSetOpener("random", Grey, "", Known).Open(TestSet.Parse(name, Known))
        .Load(null, TestContext.Current.CancellationToken);

    [Theory]
    [InlineData("nope", "Unknown test set 'nope'. Known: original, ")]
    [InlineData("rotate+nope", "Unknown test set 'rotate+nope'")]
    [InlineData("rotate:6", "'rotate:6' names no severity of rotate, which has 1 to 5")]
    [InlineData("rotate:0", "names no severity")]
    [InlineData("rotate:two", "names no severity")]
    [InlineData("rotate:1:2", "names no severity")]
    [InlineData("identity:2", "which has 1 to 1")]
    [InlineData("", "Unknown test set ''")]
    [InlineData("original:1", "Unknown test set 'original:1'")]
    public void Parse_Nonsense_IsAUsageError(string name, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<UsageException>(() => TestSet.Parse(name, Known)).Message);
}
