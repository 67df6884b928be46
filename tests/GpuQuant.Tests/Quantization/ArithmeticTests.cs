using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>
/// A quantized model has one meaning: float kernels on integer values and integer kernels give the same integers in every layer, on
/// every device, and they are those of a plain implementation of TFLite's arithmetic.
/// </summary>
public class ArithmeticTests
{
    private static readonly bool[] Both = [false, true];

    private static readonly string[] Quantizers = ["tflite8", "tflite16", "int16x8"];

    private static readonly string[] IntegerQuantizers = ["tflite8", "w4a4", "int16x8"];

    private static readonly Dictionary<string, Func<Graph>> Nets = new()
    {
        ["convolutions"] = () => TestModels.Build(new Shape(9, 8, 3), (b, x) => b.Softmax(b.Dense(b.Flatten(
            b.MaxPool(b.Relu(b.Conv2D(b.Relu(b.Conv2D(x, 5, 3, stride: 2)), 7, 3, padding: Padding.Valid)), 2)), 6))),
        ["average pools"] = () => TestModels.Build(new Shape(7, 6, 2), (b, x) => b.Softmax(b.Dense(b.Flatten(
            b.AveragePool(b.Activate(b.Conv2D(b.AveragePool(x, 3, 1, Padding.Same), 8, 2), Activation.Relu6), 3, 2, Padding.Same)), 4))),
        ["a large dense layer"] = () => TestModels.Build(new Shape(40, 60, 1), (b, x) =>
            b.Softmax(b.Dense(b.Relu(b.Dense(b.Flatten(x), 9)), 5))),
        ["a deep convolution"] = () => TestModels.Build(new Shape(5, 5, 3), (b, x) =>
            b.Softmax(b.Dense(b.Flatten(b.Relu(b.Conv2D(b.Relu(b.Conv2D(x, 70, 3)), 6, 3))), 3))),
        ["residual blocks"] = () => TestModels.Build(new Shape(8, 8, 3), (b, x) =>
        {
            x = b.Conv2D(x, 6, 3);
            x = b.Add(b.Dropout(b.Conv2D(b.Relu(b.BatchNorm(b.Conv2D(b.Relu(b.BatchNorm(x)), 6, 3))), 6, 3), 0.5f), x);
            x = b.Relu(b.Add(b.Conv2D(b.BatchNorm(x), 9, 3, stride: 2), b.Conv2D(x, 9, 1, stride: 2)));
            return b.Softmax(b.Dense(b.GlobalAveragePool(b.Relu(b.BatchNorm(x))), 4));
        }),
        ["concatenations"] = () => TestModels.Build(new Shape(8, 7, 3), (b, x) =>
        {
            x = b.Concat([b.Conv2D(x, 5, 3), b.Relu(b.Conv2D(x, 4, 1)), x]);
            x = b.Relu(b.BatchNorm(b.Concat([x, b.MaxPool(x, 3, 1, Padding.Same), b.Relu(b.Conv2D(x, 3, 5))])));
            var flat = b.Flatten(b.AveragePool(x, 3, 2));
            return b.Softmax(b.Dense(b.Concat([b.Dense(flat, 5), b.Activate(b.Dense(flat, 4), Activation.Relu6)]), 4));
        }),
        ["dense layers"] = () => TestModels.Build(new Shape(1, 1, 40), (b, x) =>
            b.Softmax(b.Dense(b.Relu(b.Dense(b.Relu(b.Dense(b.Flatten(x), 33)), 17)), 3))),
    };

    public static TheoryData<string, bool, string> IntegerCases =>
        [.. from net in Nets.Keys from extreme in Both from quantizer in IntegerQuantizers select (net, extreme, quantizer)];

    public static TheoryData<string, bool, string> Cases =>
        [.. from net in Nets.Keys from extreme in Both from quantizer in Quantizers select (net, extreme, quantizer)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Layers_SimulatedAndNative_AreTheSameBitsOnEveryDevice(string net, bool extreme, string quantizer)
    {
        var (model, images, calibration) = Make(net, extreme);
        using var cpu = calibration.Backend;
        var quantized = Catalog.Get<IQuantizer>("quantizer", quantizer).Quantize(model, calibration);
        foreach (var device in Devices())
        {
            using var backend = Backends.Devices.Open(device, Catalog.All<IBackendProvider>());
            foreach (var node in quantized.Graph.Nodes)
            {
                // Between integer layers, a dynamic-range model has float ones, which devices may round in their own ways.
                var reference = quantizer == "tflite16" || node.Output.Type == DType.Float32 ? backend : cpu;
                var expected = Output(reference, quantized, images, Arithmetic.Native, node);
                foreach (var arithmetic in Enum.GetValues<Arithmetic>())
                    Same(expected, Output(backend, quantized, images, arithmetic, node), node, $"{arithmetic} on {device}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(IntegerCases))]
    public void Layers_OfAnIntegerModel_AreThoseOfPlainTflite(string net, bool extreme, string quantizer)
    {
        var (model, images, calibration) = Make(net, extreme);
        using var cpu = calibration.Backend;
        var quantized = Catalog.Get<IQuantizer>("quantizer", quantizer).Quantize(model, calibration);
        var plain = new PlainTflite(quantized, images.Samples(images.Count).Select(b => b * Preprocessing.UnitRange.Scale).ToArray(),
            images.Count);
        foreach (var node in quantized.Graph.Nodes.Where(node => node.Output.Type != DType.Float32))
            Assert.Equal(plain[node], Integers(Output(cpu, quantized, images, Arithmetic.Native, node), node.Output.Type));
        // Were all outputs the same, nothing would have been compared.
        Assert.True(plain[quantized.Graph.Nodes.Last(node => node.Op is IntDenseOp)].Distinct().Count() > 2);
    }

    [Fact]
    public void LargeLayers_OfTheseNets_AreSimulatedInParts()
    {
        var (model, _, calibration) = Make("a large dense layer", true);
        using var cpu = calibration.Backend;
        Assert.Equal(5, ((IntDenseOp)new Tflite8Quantizer().Quantize(model, calibration).Graph["dense1"].Op).Output.SimulationParts);
        Assert.Equal(5, ((DynamicDenseOp)new Tflite16Quantizer().Quantize(model, calibration).Graph["dense1"].Op).Weights.SimulationParts);
        (model, _, calibration) = Make("a deep convolution", true);
        using var other = calibration.Backend;
        Assert.Equal(2, ((IntConv2DOp)new Tflite8Quantizer().Quantize(model, calibration).Graph["conv2"].Op).Output.SimulationParts);
    }

    /// <summary>Extreme nets: all weights at one end or the other, images of black and white only; the first image is white, the second black.</summary>
    private static (Model Model, ImageDataset Images, CalibrationData Calibration) Make(string net, bool extreme)
    {
        var graph = Nets[net]();
        var model = TestModels.Random(graph, (ulong)net.Length, 0.2);
        var shape = graph.Input.Output.Shape;
        var pixels = Draw.Bytes(7, 6 * (int)shape.Count);
        if (extreme)
        {
            model = model with
            {
                Parameters = model.Parameters.With(
                model.Parameters.Where(p => p.Key.EndsWith("kernel", StringComparison.Ordinal)).Select(Extreme))
            };
            pixels = Array.ConvertAll(pixels, b => b < 128 ? (byte)0 : (byte)255);
        }
        Array.Fill(pixels, (byte)255, 0, (int)shape.Count);
        Array.Fill(pixels, (byte)0, (int)shape.Count, (int)shape.Count);
        var images = new ImageDataset("images", pixels, new byte[6], shape, (int)graph.Output.Output.Shape.Count);
        return (model, images, new CalibrationData(new CpuBackend(2), images, Preprocessing.UnitRange));
    }

    private static KeyValuePair<string, Tensor> Extreme(KeyValuePair<string, Tensor> kernel)
    {
        var values = kernel.Value.Span<float>().ToArray();
        // The first output has all its weights at the upper end, the others at both.
        var first = values.Length / kernel.Value.Shape[0];
        return KeyValuePair.Create(kernel.Key, Tensor.From<float>([.. values.Select((v, i) => i < first || v > 0 ? 0.25f : -0.25f)],
            kernel.Value.Shape));
    }

    private static IEnumerable<string> Devices() => Catalog.All<IBackendProvider>().SelectMany(p => p.Devices).Select(d => d.Name);

    private static byte[] Output(Backend backend, Model model, ImageDataset images, Arithmetic arithmetic, Node node)
    {
        var input = Array.ConvertAll(images.Samples(images.Count), b => b * Preprocessing.UnitRange.Scale);
        return node.Output.Type switch
        {
            DType.Float32 => MemoryMarshal.AsBytes<float>(
                TestModels.Infer<float>(backend, model, input, images.Count, arithmetic, node.Name)).ToArray(),
            DType.Int8 => MemoryMarshal.AsBytes<sbyte>(
                TestModels.Infer<sbyte>(backend, model, input, images.Count, arithmetic, node.Name)).ToArray(),
            DType.Int16 => MemoryMarshal.AsBytes<short>(
                TestModels.Infer<short>(backend, model, input, images.Count, arithmetic, node.Name)).ToArray(),
            _ => TestModels.Infer<byte>(backend, model, input, images.Count, arithmetic, node.Name),
        };
    }

    private static void Same(byte[] expected, byte[] actual, Node node, string where) =>
        Assert.True(expected.AsSpan().SequenceEqual(actual), $"{node.Name} differs, {where}.");

    private static int[] Integers(byte[] bytes, DType type) => type == DType.Int16
        ? [.. MemoryMarshal.Cast<byte, short>(bytes).ToArray().Select(q => (int)q)]
        : [.. bytes.Select(b => type == DType.Int8 ? (int)(sbyte)b : b)];
}
