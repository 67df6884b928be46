using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>The study's image nets with random weights on small images: in integers they are what they are in float, up to rounding.</summary>
public class ImageNetsQuantizationTests
{
    private const int Images = 4;

    private static readonly Shape Size = new(8, 8, 3);

    public static TheoryData<string> Names => ["resnet20", "nin"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Layers_SimulatedAndNative_AreTheSameBits(string name)
    {
        var (_, quantized, images, _) = Quantize(name);
        using var backend = new CpuBackend(2);
        var input = Input(images);
        foreach (var node in quantized.Graph.Nodes.Where(node => node.Output.Type == DType.Int8))
        {
            var native = TestModels.Infer<sbyte>(backend, quantized, input, Images, Arithmetic.Native, node.Name);
            Assert.Equal(native, TestModels.Infer<sbyte>(backend, quantized, input, Images, Arithmetic.Simulated, node.Name));
        }
        Assert.DoesNotContain(quantized.Graph.Nodes, node => node.Op is BatchNormOp or AddOp or DropoutOp or Conv2DOp);
    }

    /// <summary>The folded float model in double is the reference; every layer adds roundings to those of the layers before it.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Output_InIntegers_IsThatOfTheFloatModelUpToRounding(string name)
    {
        var (model, quantized, images, _) = Quantize(name);
        using var backend = new CpuBackend(2);
        var expected = new DoubleNet(model.Graph, Images, isTraining: false).Run(model.Parameters.Doubles(), Array.ConvertAll(Input(images), x => (double)x));
        var actual = TestModels.Infer<byte>(backend, quantized, Input(images), Images);
        Assert.True(actual.Distinct().Count() > 3, "all outputs are alike");
        var worst = expected.Zip(actual, (p, q) => Math.Abs(256 * p - q)).Max();
        Assert.True(worst <= 16, $"The worst probability is off by {worst} steps of 1/256.");
    }

    private static (Model Model, Model Quantized, ImageDataset Images, Shape Shape) Quantize(string name)
    {
        var graph = Catalog.Get<IArchitecture>("architecture", name).Build(Size, 10);
        var model = TestModels.Random(graph, 3, 0.1);
        // Kernels of He's deviation keep the values' size from layer to layer.
        model = model with { Parameters = model.Parameters.With(model.Parameters.Where(p => p.Key.EndsWith("kernel", StringComparison.Ordinal))
            .Select((p, i) => KeyValuePair.Create(p.Key, He(p.Value, (ulong)i)))) };
        var images = new ImageDataset("images", Draw.Bytes(7, Images * (int)Size.Count), new byte[Images], Size, 10);
        using var backend = new CpuBackend(2);
        var quantized = new Tflite8Quantizer().Quantize(model, new CalibrationData(backend, images, Preprocessing.UnitRange));
        return (model, quantized, images, Size);
    }

    private static Tensor He(Tensor kernel, ulong seed) => Tensor.From<float>(
        Draw.Normals(100 + seed, (int)kernel.Shape.Count, Math.Sqrt(2.0 * kernel.Shape[0] / kernel.Shape.Count)), kernel.Shape);

    private static float[] Input(ImageDataset images) => Array.ConvertAll(images.Samples(images.Count), b => b * Preprocessing.UnitRange.Scale);
}
