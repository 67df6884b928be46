using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>Layers without an integer form: an error that names them, or computed in float if that is allowed.</summary>
public sealed class AllowFloatTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    public static TheoryData<string> Schemes => [.. Catalog.All<IQuantizer>().OfType<IAllowsFloat>().Select(scheme => scheme.Name)];

    /// <summary>A tanh behind a convolution, a sigmoid behind a sum, a softmax in the middle: each between integer layers.</summary>
    private static readonly Graph Net = TestModels.Build(new Shape(6, 6, 2), (b, x) =>
    {
        x = b.Activate(b.Conv2D(x, 4, 3), Activation.Tanh);
        x = b.Activate(b.Add(b.Conv2D(x, 4, 3), x), Activation.Sigmoid);
        return b.Softmax(b.Dense(b.Softmax(b.Dense(b.Flatten(x), 5)), 3));
    });

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Quantize_LayerWithoutAnIntegerForm_NamesItAndTheWayOut(string scheme)
    {
        var error = Assert.Throws<UsageException>(() => Quantize(Catalog.Get<IQuantizer>("quantizer", scheme)));
        Assert.Equal("Layer 'tanh1' (Tanh) has no integer form; with --allow-float (AllowsFloat) it is computed in float.", error.Message);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Quantize_AllowingFloat_ComputesThoseLayersInFloat(string scheme)
    {
        var (model, quantized) = Quantize(((IAllowsFloat)Catalog.Get<IQuantizer>("quantizer", scheme)).AllowingFloat());
        Assert.Equal(Activation.Tanh, ((ActivationOp)quantized.Graph["tanh1"].Op).Activation);
        Assert.Equal(["tanh1/quantized", "sigmoid1/quantized", "softmax1/quantized"],
            quantized.Graph.Nodes.Where(node => node.Op is QuantizeOp && node.Inputs[0].Op is ActivationOp or SoftmaxOp)
                .Select(node => node.Name));
        Assert.All(quantized.Graph.Nodes.Where(node => node.Name.StartsWith("conv", StringComparison.Ordinal)
            || node.Name.StartsWith("dense", StringComparison.Ordinal)), node => Assert.True(node.Op is IntConv2DOp or IntDenseOp or DequantizeOp));
        var input = Array.ConvertAll(Images.Samples(Images.Count), value => value / 255f);
        var exact = TestModels.Infer<float>(_backend, model, input, Images.Count);
        foreach (var arithmetic in Enum.GetValues<Arithmetic>())
        {
            var probabilities = quantized.Graph.Output.Output.Type == DType.Float32
                ? TestModels.Infer<float>(_backend, quantized, input, Images.Count, arithmetic)
                : Array.ConvertAll(TestModels.Infer<byte>(_backend, quantized, input, Images.Count, arithmetic), q => q / 256f);
            Assert.All(exact.Zip(probabilities), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 0.03f));
        }
    }

    private static readonly ImageDataset Images = SmallImages.Random(8, 6, 6, 2);

    private (Model Float, Model Quantized) Quantize(IQuantizer quantizer)
    {
        var model = TestModels.Random(Net, 3, 0.3);
        return (model, quantizer.Quantize(model, new CalibrationData(_backend, Images, Preprocessing.UnitRange)));
    }
}
