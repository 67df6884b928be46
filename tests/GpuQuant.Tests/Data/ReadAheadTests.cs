using System.Collections.Concurrent;
using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Data;

public class ReadAheadTests
{
    private readonly ConcurrentBag<int> _made = [];

    [Fact]
    public void Take_AnnouncedOrNot_GivesTheSample()
    {
        var ahead = new ReadAhead(Make, 3);
        ahead.Announce([4, 2]);
        Assert.Equal([4], ahead.Take(4));
        Assert.Equal([9], ahead.Take(9));
        Assert.Equal([2], ahead.Take(2));
        Assert.Equal([2], ahead.Take(2));
        // The last one was made twice: what is taken is no longer held.
        Assert.Equal([2, 2, 4, 9], _made.Order());
    }

    [Fact]
    public void Announce_MoreThanTheCapacity_MakesTheFirstOnly()
    {
        var ahead = new ReadAhead(Make, 3);
        ahead.Announce([5, 6, 7, 8, 9]);
        foreach (var index in new[] { 5, 6, 7 })
            ahead.Take(index);
        Assert.Equal([5, 6, 7], _made.Order());
    }

    [Fact]
    public void Announce_Again_KeepsWhatIsStillToCome()
    {
        var ahead = new ReadAhead(Make, 10);
        ahead.Announce([1, 2, 2]);
        ahead.Announce([2, 3]);
        Assert.Equal([2], ahead.Take(2));
        Assert.Equal([3], ahead.Take(3));
        Assert.Single(_made, 2);
    }

    /// <summary>The second batch is being made while nobody waits for it: all of it is there before the first Take.</summary>
    [Fact]
    public async Task Announce_SlowSamples_AreMadeMeanwhile()
    {
        using var done = new CountdownEvent(4);
        var ahead = new ReadAhead(
            index =>
            {
                done.Signal();
                return [(byte)index];
            }, 4);
        ahead.Announce([0, 1, 2, 3]);
        Assert.True(await Task.Run(() => done.Wait(TimeSpan.FromMinutes(1)), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Take_SampleThatCannotBeMade_ThrowsItsError()
    {
        var ahead = new ReadAhead(index => throw new DataException($"sample {index} is damaged."), 3);
        ahead.Announce([1]);
        Assert.Equal("sample 1 is damaged.", Assert.Throws<DataException>(() => ahead.Take(1)).Message);
        Assert.Equal("sample 2 is damaged.", Assert.Throws<DataException>(() => ahead.Take(2)).Message);
    }

    private byte[] Make(int index)
    {
        _made.Add(index);
        return [(byte)index];
    }
}
