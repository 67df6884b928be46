using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>Test sets by name: one shift, a severity, a chain.</summary>
public class TestSetTests
{
    private static readonly IReadOnlyList<IShift> Known = Catalog.All<IShift>();
    private static readonly IDataset Grey = SmallImages.Random(4, 28, 28);

    [Fact]
    public void Open_Chain_ShiftsOneAfterTheOther()
    {
        var chain = TestSet.Parse("impulse_noise:2+brightness", Known).Open(Grey, Known);
        var first = Known.For("impulse_noise", Grey).Apply(Grey, 2, TestSet.Seed);
        var expected = Known.For("brightness", Grey).Apply(first, 5, TestSet.Seed + 1);
        Assert.Equal(expected.Samples(4), chain.Samples(4));
        Assert.NotEqual(first.Samples(4), chain.Samples(4));
    }

    [Fact]
    public void Open_SameNoiseTwice_DrawsApart()
    {
        var once = TestSet.Parse("impulse_noise:1", Known).Open(Grey, Known);
        var twice = TestSet.Parse("impulse_noise:1+impulse_noise:1", Known).Open(Grey, Known);
        Assert.NotEqual(once.Samples(4), twice.Samples(4));
    }

    [Fact]
    public void Open_Original_IsTheSetItself() => Assert.Same(Grey, TestSet.Parse("original", Known).Open(Grey, Known));

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
