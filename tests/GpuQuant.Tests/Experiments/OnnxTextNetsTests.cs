using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Experiments;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Onnx;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Experiments;

/// <summary>Exported nets for texts in ONNX Runtime, an implementation that shares nothing with ours, give the same probabilities.</summary>
public class OnnxTextNetsTests
{
    private const int Words = 50, Steps = 60, Batch = 5;

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void TextNet_RandomWeights_GivesTheSameProbabilities(string name)
    {
        var model = TestModels.Random(TestModels.Build(new Shape(Steps), (b, x) =>
        {
            x = b.SpatialDropout(b.Embedding(x, Words, 7), 0.3f);
            x = name == "lstm" ? b.Lstm(x, 9, 0.3f) : b.Gru(x, 9, 0.3f);
            return b.Activate(b.Dense(b.Dropout(x, 0.3f), 2), Activation.Sigmoid);
        }, DType.Int32), 3);
        float[] words = [.. Enumerable.Range(0, Batch * Steps).Select(i => (float)(i * i % Words))];
        using var backend = new CpuBackend(2);
        using var runner = new OnnxRunner(OnnxExport.Bytes(model));
        var (ours, theirs) = (TestModels.Infer<float>(backend, model, words, Batch), runner.Run(words, Batch));
        Assert.Equal(ours.Length, theirs.Length);
        Assert.All(ours.Zip(theirs), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.True(ours.Max() - ours.Min() > 0.05f, "the samples differ in nothing");
    }
}
