using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.PostTraining;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.PostTraining;

public sealed class LayerInputsTests : IDisposable
{
    private readonly CpuBackend _backend = new(1);

    public void Dispose() => _backend.Dispose();

    /// <summary>Rows against windows written down a second time, and their mean; 70 samples do not fill the second batch.</summary>
    [Theory]
    [InlineData(3, 1, Padding.Same)]
    [InlineData(3, 2, Padding.Same)]
    [InlineData(2, 1, Padding.Same)]
    [InlineData(2, 2, Padding.Valid)]
    [InlineData(1, 1, Padding.Valid)]
    public void Read_AConvolutionsRows_AreItsWindows(int kernel, int stride, Padding padding)
    {
        var shape = new Shape(5, 4, 2);
        var graph = TestModels.Build(shape, (b, x) => b.Conv2D(x, 3, kernel, stride, padding));
        var calibration = CalibrationSamples.Random(_backend, shape, 80, 3);
        var inputs = LayerInputs.Of(TestModels.Random(graph, 1), graph["conv1"], calibration, 70);
        var pixels = calibration.Data.Samples(70);
        var sliding = new Sliding(shape, graph["conv1"].Output.Shape, kernel, stride, padding);
        Assert.Equal(kernel * kernel * 2, inputs.Length);
        Assert.Equal(70 * graph["conv1"].Output.Shape.Count / 3, inputs.Count);
        var (row, sums) = (new float[inputs.Length], new double[inputs.Length]);
        for (var i = 0; i < inputs.Count; i++)
        {
            var expected = new float[inputs.Length];
            foreach (var (y, x, pixel) in sliding.Window(i))
                for (var c = 0; c < 2; c++)
                    expected[(y * kernel + x) * 2 + c] = pixels[pixel * 2 + c] * calibration.Preprocessing.Scale;
            inputs.Read(i, row);
            Assert.Equal(expected, row);
            sums = [.. sums.Zip(expected, (sum, value) => sum + value)];
        }
        Assert.All(sums.Zip(inputs.Mean()), pair => Assert.Equal(pair.First / inputs.Count, pair.Second, 1e-12));
    }

    [Fact]
    public void Of_NoSamples_IsRefused()
    {
        var model = CalibrationSamples.Dense(1, 1);
        Assert.Contains("no samples", Assert.Throws<UsageException>(() =>
            LayerInputs.Of(model, model.Graph["dense1"], CalibrationSamples.Of(_backend, new Shape(1)), 10)).Message);
    }
}
