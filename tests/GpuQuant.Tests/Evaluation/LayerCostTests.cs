using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Evaluation;

public sealed class LayerCostTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Schemes => [.. Catalog.All<IQuantizer>().Select(quantizer => quantizer.Name)];

    public void Dispose()
    {
        _folder.Dispose();
        _backend.Dispose();
    }

    /// <summary>
    /// lenet5: conv1 has 28 28 outputs of 6 channels and 25 products each, 117,600; conv2 14 14 16 25 6 = 470,400; dense 784 120 = 94,080,
    /// 120 84 = 10,080, 84 10 = 840. conv1 in integers: 150 weights of a byte, 6 biases, steps, multipliers and shifts of 4 bytes: 246.
    /// </summary>
    [Fact]
    public void Of_Lenet5InIntegers_ByHand()
    {
        var costs = Costs("tflite8", out _).Where(cost => cost.Macs > 0).ToArray();
        Assert.Equal([117_600, 470_400, 94_080, 10_080, 840], costs.Select(cost => cost.Macs));
        Assert.All(costs, cost => Assert.Equal("8x8", cost.Width));
        Assert.Equal(246, costs[0].Bytes);
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Of_AnyScheme_SumsToTheFilesTensors(string scheme)
    {
        var costs = Costs(scheme, out var stored);
        Assert.Equal(stored.Sum(tensor => (long)tensor.Value.Bytes.Length), costs.Sum(cost => cost.Bytes));
        Assert.Equal(693_000, costs.Sum(cost => cost.Macs));
        Assert.All(costs, cost => Assert.Equal(cost.Macs > 0, cost.Width.Length > 0));
    }

    [Theory]
    [InlineData("float16", "float")]
    [InlineData("tflite16", "8x8")]
    public void Width_SaysWhatIsMultiplied(string scheme, string width) =>
        Assert.Equal(width, Costs(scheme, out _).Single(cost => cost.Layer == "dense1").Width);

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Sensitivity_OfEachLayer_IsThatOfTheNetWithItsWeightsAlone(string scheme)
    {
        var trained = TrainedNets.Get("lenet5");
        var deployed = Deploy(scheme);
        var weights = WeightComparison.Of(trained, deployed);
        Assert.Equal(["conv1", "conv2", "dense1", "dense2", "dense3"], weights.Select(layer => layer.Layer));
        var sensitivities = WeightSensitivity.Of(_backend, trained, deployed, Preprocessing.UnitRange, Glyphs.Test(20));
        foreach (var (layer, sensitivity) in weights.Zip(sensitivities))
        {
            Assert.Equal(layer.Layer, sensitivity.Layer);
            Assert.Equal(layer.Error.Greatest == 0, sensitivity.Logits.Greatest == 0);
            Assert.True(layer.Error.SqnrDb > (scheme is "ternary" or "w2a8" ? 3 : 15), $"{layer}");
            Assert.True(sensitivity.Logits.SqnrDb > (scheme is "ternary" or "w2a8" ? 3 : 15), $"{sensitivity}");
        }
        if (scheme == "float16")
            Assert.All(sensitivities, layer => Assert.True(layer.Logits.SqnrDb is > 60 and < 120, $"{layer}"));
    }

    private IReadOnlyList<LayerCost> Costs(string scheme, out IReadOnlyDictionary<string, Tensor> stored)
    {
        var deployed = Deploy(scheme);
        var card = new ModelCard("glyphs", "lenet5", "standard", 1, 3, scheme);
        var path = new SavedModel(card, deployed, Preprocessing.UnitRange)
            .Write(_folder.File(scheme), Catalog.Get<IQuantizer>("quantizer", scheme).Encode);
        stored = SafetensorsFile.Read(path).Tensors;
        return LayerCost.Of(deployed, stored);
    }

    private GpuQuant.Graphs.Model Deploy(string scheme) => Catalog.Get<IQuantizer>("quantizer", scheme)
        .Quantize(TrainedNets.Get("lenet5"), new(_backend, Glyphs.Training(100), Preprocessing.UnitRange));
}
