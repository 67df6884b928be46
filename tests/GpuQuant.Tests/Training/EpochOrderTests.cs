using GpuQuant.Training;

namespace GpuQuant.Tests.Training;

public class EpochOrderTests
{
    private static readonly int[] Samples = [.. Enumerable.Range(0, 100).Select(i => 3 * i)];

    [Fact]
    public void Write_EveryEpoch_IsAnotherPermutation()
    {
        var orders = Enumerable.Range(0, 20).Select(epoch => Order(1, epoch)).ToArray();
        Assert.All(orders, order => Assert.Equal(Samples, order.Order()));
        Assert.Equal(20, orders.Select(order => string.Join(',', order)).Distinct().Count());
        Assert.Equal(orders[7], Order(1, 7));
        Assert.NotEqual(orders[7], Order(2, 7));
    }

    /// <summary>Every sample comes first about equally often: 2,000 epochs of 100 samples, 20 times each, within 5 deviations.</summary>
    [Fact]
    public void Write_ManyEpochs_FavoursNoSample()
    {
        var counts = new int[300];
        for (var epoch = 0; epoch < 2000; epoch++)
            counts[Order(9, epoch)[0]]++;
        Assert.All(Samples, sample => Assert.InRange(counts[sample], 1, 43));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 10)]
    [InlineData(0.255, 25)]
    [InlineData(0.99, 99)]
    public void Split_Share_PartsTheSamples(double share, int expected)
    {
        var (training, validation) = EpochOrder.Split(100, share, 3);
        Assert.Equal(expected, validation.Length);
        Assert.Equal(Enumerable.Range(0, 100), training.Concat(validation).Order());
        Assert.Equal(training, training.Order());
        Assert.Equal(validation, validation.Order());
        Assert.Equal(validation, EpochOrder.Split(100, share, 3).Validation);
    }

    [Fact]
    public void Split_AnotherSeed_DrawsOthers() =>
        Assert.NotEqual(EpochOrder.Split(100, 0.5, 3).Validation, EpochOrder.Split(100, 0.5, 4).Validation);

    private static int[] Order(ulong seed, int epoch)
    {
        var order = new int[Samples.Length];
        EpochOrder.Write(Samples, order, seed, epoch);
        return order;
    }
}
