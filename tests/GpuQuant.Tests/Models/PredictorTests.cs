using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Models;

public class PredictorTests
{
    private static readonly ImageDataset Images = SmallImages.Random(13, 28, 28);

    private static readonly Model Lenet = TestModels.Random(new Lenet5().Build(new Shape(28, 28, 1), 10), 1, 0.2);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(64)]
    public void Run_AnyBatchSize_GivesTheSameBits(int batch)
    {
        using var backend = new CpuBackend(2);
        var quantized = new Tflite16Quantizer().Quantize(Lenet, new CalibrationData(backend, Images, Preprocessing.UnitRange));
        foreach (var model in new[] { Lenet, quantized })
        {
            using var five = new Predictor(backend, model, Preprocessing.UnitRange, 5);
            using var other = new Predictor(backend, model, Preprocessing.UnitRange, batch);
            Assert.Equal(five.Run<float>(Images), other.Run<float>(Images));
        }
    }

    /// <summary>Sums of 8,192 products are cut in two on the cpu; 256 x 1,024 outputs are a limit of another rule for cutting.</summary>
    [Fact]
    public void Run_WideDenseLayer_DoesNotDependOnTheBatchSize()
    {
        var model = TestModels.Random(TestModels.Build(new Shape(64, 128, 1), (b, x) => b.Dense(b.Flatten(x), 1024)), 1, 0.01);
        var images = SmallImages.Random(257, 64, 128);
        using var backend = new CpuBackend(2);
        using var small = new Predictor(backend, model, Preprocessing.UnitRange, 7);
        using var large = new Predictor(backend, model, Preprocessing.UnitRange, 257);
        Assert.True(small.Run<float>(images).AsSpan().SequenceEqual(large.Run<float>(images)));
    }

    [Fact]
    public void Run_OneSampleAtATime_GivesTheSamplesOwnResults()
    {
        using var backend = new CpuBackend(1);
        using var predictor = new Predictor(backend, Lenet, Preprocessing.UnitRange, 5);
        var all = predictor.Run<float>(Images);
        for (var i = 0; i < Images.Count; i++)
            Assert.Equal(all[(i * 10)..(i * 10 + 10)], predictor.Run<float>(new Subset(Images, [i], "one")));
    }

    [Fact]
    public void Run_WithAReceiver_HandsOutEverySampleOnceAndInOrder()
    {
        using var backend = new CpuBackend(1);
        using var predictor = new Predictor(backend, Lenet, Preprocessing.UnitRange, 5);
        var parts = new List<(int First, int Values)>();
        predictor.Run<float>(Images, (first, values) => parts.Add((first, values.Length)));
        Assert.Equal([(0, 50), (5, 50), (10, 30)], parts);
    }

    [Fact]
    public void Run_NamedLayer_GivesThatLayersOutput()
    {
        using var backend = new CpuBackend(1);
        using var predictor = new Predictor(backend, Lenet, Preprocessing.UnitRange, 5, layer: "dense2");
        var net = new DoubleNet(Lenet.Graph, 13, isTraining: false);
        net.Run(Lenet.Parameters.Doubles(), [.. Images.Samples(13).Select(b => (double)(b * Preprocessing.UnitRange.Scale))]);
        Assert.Equal(net[Lenet.Graph["dense2"]], TestModels.Doubles(predictor.Run<float>(Images)), (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Throws<UsageException>(() => new Predictor(backend, Lenet, Preprocessing.UnitRange, 5, layer: "nope"));
    }

    [Fact]
    public void Run_SamplesOfAnotherShape_NamesBoth()
    {
        using var backend = new CpuBackend(1);
        using var predictor = new Predictor(backend, Lenet, Preprocessing.UnitRange, 5);
        var error = Assert.Throws<UsageException>(() => predictor.Run<float>(SmallImages.Random(2, 32, 32, 3)));
        Assert.Equal("The model takes samples of 28x28x1; random has 32x32x3.", error.Message);
    }

    [Fact]
    public void Run_WithAMeanImage_SubtractsIt()
    {
        using var backend = new CpuBackend(1);
        var mean = Draw.Normals(3, 784, 0.1);
        using var shifted = new Predictor(backend, Lenet, new Preprocessing(1 / 255f, mean), 5, layer: "input");
        Assert.Equal(Images.Samples(13).Select((b, i) => b * (1 / 255f) - mean[i % 784]), shifted.Run<float>(Images));
    }
}
