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
    private const double MostSteps = 8;

    private static readonly Shape Size = new(8, 8, 3);

    public static TheoryData<string> Names => ["resnet20", "nin"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Layers_SimulatedAndNative_AreTheSameBits(string name)
    {
        var (_, quantized, images) = Quantize(name);
        using var backend = new CpuBackend(2);
        var input = Input(images);
        foreach (var node in quantized.Graph.Nodes.Where(node => node.Output.Type == DType.Int8))
        {
            var native = TestModels.Infer<sbyte>(backend, quantized, input, Images, Arithmetic.Native, node.Name);
            Assert.Equal(native, TestModels.Infer<sbyte>(backend, quantized, input, Images, Arithmetic.Simulated, node.Name));
        }
        Assert.DoesNotContain(quantized.Graph.Nodes, node => node.Op is BatchNormOp or AddOp or DropoutOp or Conv2DOp);
    }

    /// <summary>
    /// The float model in double is the reference, in steps of the logits. Every layer adds half a step of its own and the rounding of its
    /// weights to what the layers before it did. Seen were 4.2 steps of 255 for resnet20 and 3.8 for nin; twice that is the limit.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Logits_InIntegers_AreThoseOfTheFloatModelUpToRounding(string name)
    {
        var (model, quantized, images) = Quantize(name);
        using var backend = new CpuBackend(2);
        var net = new DoubleNet(model.Graph, Images, isTraining: false);
        net.Run(model.Parameters.Doubles(), Array.ConvertAll(Input(images), x => (double)x));
        var expected = net[model.Graph.Output.Inputs[0]];
        var actual = TestModels.Infer<sbyte>(backend, quantized, Input(images), Images, Arithmetic.Native,
            quantized.Graph.Output.Inputs[0].Name);
        Assert.True(actual.Max() - actual.Min() > 100, "the logits are too much alike to compare");
        var last = quantized.Graph.Nodes
            .Select(node => (node.Op as IntDenseOp)?.Output ?? (node.Op as IntConv2DOp)?.Output).Last(output => output is not null)!;
        var worst = expected.Zip(actual, (x, q) => Math.Abs(x / last.OutputScale + last.OutputZeroPoint - q)).Max();
        Assert.True(worst <= MostSteps, $"The worst logit is off by {worst} steps.");
    }

    private static (Model Model, Model Quantized, ImageDataset Images) Quantize(string name)
    {
        var graph = Catalog.Get<IArchitecture>("architecture", name).Build(Size, 10);
        var model = TestModels.Random(graph, 3, 0.1);
        // Kernels of He's deviation keep the values' size from layer to layer.
        model = model with
        {
            Parameters = model.Parameters.With(model.Parameters.Where(p => p.Key.EndsWith("kernel", StringComparison.Ordinal))
            .Select((p, i) => KeyValuePair.Create(p.Key, He(p.Value, (ulong)i))))
        };
        var images = new ImageDataset("images", Draw.Bytes(7, Images * (int)Size.Count), new byte[Images], Size, 10);
        using var backend = new CpuBackend(2);
        var quantized = new Tflite8Quantizer().Quantize(model, new CalibrationData(backend, images, Preprocessing.UnitRange));
        return (model, quantized, images);
    }

    private static Tensor He(Tensor kernel, ulong seed) => Tensor.From<float>(
        Draw.Normals(100 + seed, (int)kernel.Shape.Count, Math.Sqrt(2.0 * kernel.Shape[0] / kernel.Shape.Count)), kernel.Shape);

    private static float[] Input(ImageDataset images) => Array.ConvertAll(images.Samples(images.Count), b => b * Preprocessing.UnitRange.Scale);
}
