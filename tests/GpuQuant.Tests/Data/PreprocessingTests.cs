using GpuQuant.Data;

namespace GpuQuant.Tests.Data;

public class PreprocessingTests
{
    [Fact]
    public void Apply_UnitRange_DividesBy255()
    {
        var result = new float[3];
        Preprocessing.UnitRange.Apply([0, 51, 255], result);
        Assert.Equal(0f, result[0]);
        Assert.Equal(0.2f, result[1], 1e-7f);
        Assert.Equal(1f, result[2], 1e-7f);
    }

    [Fact]
    public void Apply_WithMean_SubtractsElementByElement()
    {
        var result = new float[2];
        new Preprocessing(0.5f, [1f, -2f]).Apply([4, 10], result);
        Assert.Equal([1f, 7f], result);
    }

    [Fact]
    public void WithMeanOf_TrainingSet_AveragesEachElement()
    {
        var set = new ImageDataset("two", [0, 10, 255, 51, 20, 255], [0, 1], new GpuQuant.Numerics.Shape(1, 1, 3), 2);
        var fitted = Preprocessing.UnitRange.WithMeanOf(set);
        Assert.Equal(Preprocessing.UnitRange.Scale, fitted.Scale);
        Assert.Equal([0.1f, 15 / 255f, 1f], fitted.Mean!, (a, b) => Math.Abs(a - b) < 1e-7);
        Assert.Null(((IDataSource)new MnistSource()).PreprocessingFor(set).Mean);
        Assert.Equal(fitted.Mean, ((IDataSource)new Cifar10Source()).PreprocessingFor(set).Mean);
    }
}
