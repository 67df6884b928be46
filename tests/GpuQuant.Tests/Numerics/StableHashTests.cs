using GpuQuant.Numerics;

namespace GpuQuant.Tests.Numerics;

public class StableHashTests
{
    [Fact]
    public void Of_Empty_IsTheOffsetBasis() => Assert.Equal(2166136261u, StableHash.Of(""));

    [Fact]
    public void Of_OneLetter_IsTwoStepsOfTheDefinition() =>
        Assert.Equal(unchecked((2166136261u ^ 'a') * 16777619u * 16777619u), StableHash.Of("a"));

    [Fact]
    public void Of_SwappedLetters_Differs() => Assert.NotEqual(StableHash.Of("ab"), StableHash.Of("ba"));
}
