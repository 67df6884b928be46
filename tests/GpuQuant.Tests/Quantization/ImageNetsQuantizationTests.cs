using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>The study's image nets with random weights on small images: in integers they are what they are in float, up to rounding.</summary>
public class ImageNetsQuantizationTests
{
    private const int Images = 4;
    private const double MostSteps = 8;

    private static readonly Shape Size = new(8, 8, 3);

    public static TheoryData<string> Names => ["resnet20", "nin", "resnet50", "densenet121"];

    /// <summary>The integer engine's widths: weights, activations.</summary>
    public static TheoryData<string, int, int> Widths =>
        [.. from name in AllNets from bits in AllBits select (name, bits.Weights, bits.Activations)];

    private static readonly string[] AllNets = ["lenet1", "lenet5", "resnet20", "nin", "resnet50", "densenet121"];

    private static readonly (int Weights, int Activations)[] AllBits = [(8, 8), (4, 8), (2, 8), (4, 4), (8, 16)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Layers_SimulatedAndNative_AreTheSameIntegersWithAllInstructions(string name, int weightBits, int activationBits)
    {
        var (model, images) = Make(name, name.StartsWith("lenet", StringComparison.Ordinal) ? new Shape(28, 28, 1) : Size);
        using var best = new CpuBackend(2);
        var quantized = NarrowIntegers.Quantize(model, $"w{weightBits}a{activationBits}",
            new IntegerScheme(weightBits, activationBits, DensePerChannel: true),
            new CalibrationData(best, images, Preprocessing.UnitRange), Images, usesGptq: false, allowsFloat: false);
        var layers = quantized.Graph.Nodes.Where(node => node.Output.Type != DType.Float32).ToArray();
        foreach (var node in layers)
        {
            var expected = Integers(best, quantized, images, Arithmetic.Native, node);
            Assert.Equal(expected, Integers(best, quantized, images, Arithmetic.Simulated, node));
            // The layers before have done their part in the last one's integers.
            foreach (var isa in node == layers[^1] ? CpuIsa.Present : [])
            {
                using var backend = new CpuBackend(2, isa);
                foreach (var arithmetic in Enum.GetValues<Arithmetic>())
                    Assert.Equal(expected, Integers(backend, quantized, images, arithmetic, node));
            }
            if (node.Op is IntConv2DOp or IntDenseOp)
                Assert.True(expected.Distinct().Count() > 2, $"{node.Name} gives too few integers to compare.");
        }
        Assert.DoesNotContain(quantized.Graph.Nodes, node => node.Op is BatchNormOp or AddOp or DropoutOp or Conv2DOp);
    }

    private static int[] Integers(Backend backend, Model model, ImageDataset images, Arithmetic arithmetic, Node node)
    {
        return node.Output.Type switch
        {
            DType.Int8 => Array.ConvertAll(Run<sbyte>(), q => (int)q),
            DType.Int16 => Array.ConvertAll(Run<short>(), q => (int)q),
            _ => Array.ConvertAll(Run<byte>(), q => (int)q),
        };

        T[] Run<T>() where T : unmanaged => TestModels.Infer<T>(backend, model, Input(images), Images, arithmetic, node.Name);
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
        var (model, images) = Make(name, Size);
        using var backend = new CpuBackend(2);
        var quantized = new Tflite8Quantizer().Quantize(model, new CalibrationData(backend, images, Preprocessing.UnitRange));
        return (model, quantized, images);
    }

    private static (Model Model, ImageDataset Images) Make(string name, Shape size)
    {
        var graph = SmallGraph(name, size);
        var model = TestModels.Random(graph, 3, 0.1);
        // Kernels of He's deviation keep the values' size from layer to layer.
        model = model with
        {
            Parameters = model.Parameters.With(model.Parameters.Where(p => p.Key.EndsWith("kernel", StringComparison.Ordinal))
            .Select((p, i) => KeyValuePair.Create(p.Key, He(p.Value, (ulong)i))))
        };
        size = graph.Input.Output.Shape;
        var images = new ImageDataset("images", Draw.Bytes(7, Images * (int)size.Count), new byte[Images], size, 10);
        return (model, images);
    }

    /// <summary>The large nets have fewer and narrower blocks, and images that leave their last stage some pixels.</summary>
    private static Graph SmallGraph(string name, Shape size) => name switch
    {
        "resnet50" => Resnet50.Build(new(26, 22, 3), 10, stem: 16, [(8, 2), (12, 2)]),
        "densenet121" => Densenet121.Build(new(26, 22, 3), 10, growth: 6, [2, 3]),
        _ => Catalog.Get<IArchitecture>("architecture", name).Build(size, 10),
    };

    private static Tensor He(Tensor kernel, ulong seed) => Tensor.From<float>(
        Draw.Normals(100 + seed, (int)kernel.Shape.Count, Math.Sqrt(2.0 * kernel.Shape[0] / kernel.Shape.Count)), kernel.Shape);

    private static float[] Input(ImageDataset images) => Array.ConvertAll(images.Samples(images.Count), b => b * Preprocessing.UnitRange.Scale);
}
