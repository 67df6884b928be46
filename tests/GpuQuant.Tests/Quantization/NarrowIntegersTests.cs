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

/// <summary>Integer schemes of fewer than 8 bits.</summary>
public sealed class NarrowIntegersTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    /// <summary>
    /// 4 bits everywhere (one layer has no ends). Weight 7/4 is 7 with step 1/4; the input, 8 bits, has step 1/128 and zero point -128; the
    /// output from -4 to 3.5 has step 1/2, zero point 0, integers -8 to 7. A sum's step over the output's is 1/512 * 2 = 1/256. The bias
    /// 0.5 is 256. Input 1 is 128 above the zero point: 128 * 7 + 256 = 1152, / 256 = 4.5, away from zero 5; input 0: 1; 5 is cut to 255
    /// steps: 2041 / 256 = 7.97, 8, cut to 7.
    /// </summary>
    [Fact]
    public void Run_FourBits_GivesTheIntegersWorkedOutByHand()
    {
        var graph = TestModels.Build(new Shape(1, 1, 1), (b, x) => b.Conv2D(x, 1, 1));
        var model = new Model(graph, new ParameterSet(
        [
            KeyValuePair.Create("conv1/kernel", Tensor.From<float>([7 / 4f], new Shape(1, 1, 1, 1))),
            KeyValuePair.Create("conv1/bias", Tensor.From<float>([0.5f], new Shape(1))),
        ]));
        var ranges = new Dictionary<string, (float, float)> { [graph.Input.Name] = (0, 255 / 128f), ["conv1"] = (-4, 3.5f) };
        var lowered = new IntegerLowering(model, ranges, Rounding.HalfAway, scheme: new IntegerScheme(4, 4)).Lower();
        Assert.Equal(new IntegerOutput(1 / 128f, -128, 0.5f, 0, -8, 7, 1), ((IntConv2DOp)lowered.Graph["conv1"].Op).Output);
        Assert.Equal([256], lowered.Parameters["conv1/bias"].Span<int>().ToArray());
        foreach (var arithmetic in Enum.GetValues<Arithmetic>())
            Assert.Equal([5, 1, 7], TestModels.Infer<sbyte>(_backend, lowered, [1, 0, 5], 3, arithmetic).Select(q => (int)q));
    }

    /// <summary>Lenet5 has two convolutions and three dense layers; conv1 and dense3 are its ends, dense2 feeds the last.</summary>
    [Theory]
    [InlineData("w4a8", 8, 7, 255)]
    [InlineData("w2a8", 8, 1, 255)]
    [InlineData("w4a4", 8, 7, 15)]
    [InlineData("w4a4", 4, 7, 15)]
    public void Quantize_Lenet5_HasTheSchemesWidthsBetweenItsEnds(string scheme, int endBits, int greatestWeight, int steps)
    {
        IQuantizer quantizer = scheme switch
        {
            "w4a8" => new W4a8Quantizer { EndBits = endBits, CalibrationSamples = 64 },
            "w2a8" => new W2a8Quantizer { EndBits = endBits, CalibrationSamples = 64 },
            _ => new W4a4Quantizer { EndBits = endBits, CalibrationSamples = 64 },
        };
        var calibration = new CalibrationData(_backend, Glyphs.Training(64), Preprocessing.UnitRange);
        var deployed = quantizer.Quantize(TrainedNets.Get("lenet5"), calibration);
        foreach (var layer in deployed.Graph.Nodes.Where(node => node.Op is IntConv2DOp or IntDenseOp))
        {
            var weights = deployed.Parameters[$"{layer.Name}/kernel"].Span<sbyte>().ToArray();
            var isEnd = layer.Name is "conv1" or "dense3" && endBits == 8;
            Assert.Equal(isEnd ? 127 : greatestWeight, weights.Max(q => Math.Abs((int)q)));
            Assert.Equal(layer.Output.Shape[^1], deployed.Parameters[$"{layer.Name}/weight_scales"].Span<float>().Length);
            var output = layer.Op is IntConv2DOp conv ? conv.Output : ((IntDenseOp)layer.Op).Output;
            var isWide = layer.Name is "dense2" or "dense3" && endBits == 8;
            Assert.Equal(isWide ? 255 : steps, layer.Name == "dense3" ? output.Maximum - output.Minimum : Reach(output));
        }
    }

    /// <summary>What is given for a layer counts, whatever the scheme.</summary>
    [Fact]
    public void Lower_GivenEncodings_OverrideTheScheme()
    {
        var graph = TestModels.Build(new Shape(2), (b, x) => b.Dense(x, 1));
        var model = new Model(graph, new ParameterSet(
        [
            KeyValuePair.Create("dense1/kernel", Tensor.From<float>([1, -0.4f], new Shape(1, 2))),
            KeyValuePair.Create("dense1/bias", Tensor.From<float>([0], new Shape(1))),
        ]));
        var ranges = new Dictionary<string, (float, float)> { [graph.Input.Name] = (0, 1), ["dense1"] = (-1, 1) };
        var given = new Encodings(new Dictionary<string, QuantizationParameters> { ["dense1"] = new(0.25f, 1, 3) },
            new Dictionary<string, WeightEncoding> { ["dense1"] = new(2, [0.5f]) });
        var lowered = new IntegerLowering(model, ranges, Rounding.HalfAway, given, new IntegerScheme(4, 4)).Lower();
        Assert.Equal([1, -1], lowered.Parameters["dense1/kernel"].Span<sbyte>().ToArray().Select(q => (int)q)); // 2 and -0.8 steps
        var output = ((IntDenseOp)lowered.Graph["dense1"].Op).Output;
        Assert.Equal((0.25f, 1, -4, 3), (output.OutputScale, output.OutputZeroPoint, output.Minimum, output.Maximum));
    }

    /// <summary>A relu's least output is the zero point, which is the least integer.</summary>
    private static int Reach(IntegerOutput output) => output.Maximum - Math.Min(output.Minimum, output.OutputZeroPoint);
}
