using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>What every quantizer of the catalogue must do with the study's small nets, without being named here.</summary>
public sealed class QuantizerConformanceTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);
    private readonly TemporaryFolder _folder = new();

    private static readonly string[] Nets = ["lenet1", "lenet5"];

    public static TheoryData<string, string> Cases =>
        [.. from quantizer in Catalog.All<IQuantizer>() from net in Nets select (quantizer.Name, net)];

    private CalibrationData Calibration => new(_backend, Glyphs.Training(200), Preprocessing.UnitRange);

    public void Dispose()
    {
        _folder.Dispose();
        _backend.Dispose();
    }

    [Fact]
    public void Catalogue_HasTheStudysSchemes() => Assert.Superset(
        new HashSet<string> { "coreml16", "coreml8", "tflite16", "tflite8" }, Catalog.All<IQuantizer>().Select(q => q.Name).ToHashSet());

    [Theory]
    [MemberData(nameof(Cases))]
    public void Quantize_TrainedNet_LosesFewPointsOfAccuracy(string name, string net)
    {
        var (model, test) = (TrainedNets.Get(net), Glyphs.Test(500));
        var trained = Predictions.Of(_backend, model, Preprocessing.UnitRange, test);
        var deployed = Predictions.Of(_backend, Quantizer(name).Quantize(model, Calibration), Preprocessing.UnitRange, test);
        Assert.True(Accuracy(trained, test) > 0.8, $"The trained {net} has an accuracy of {Accuracy(trained, test)}.");
        Assert.InRange(Accuracy(deployed, test), Accuracy(trained, test) - 0.03, 1);
        Assert.False(trained.Probabilities.AsSpan().SequenceEqual(deployed.Probabilities), "Quantization changed nothing.");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Quantize_Model_LeavesTheFloatModelAsItIs(string name, string net)
    {
        var model = TrainedNets.Get(net);
        var before = model.Parameters.ToDictionary(p => p.Key, p => p.Value.Bytes.ToArray());
        var graph = GraphJson.Write(model.Graph);
        Quantizer(name).Quantize(model, Calibration);
        Assert.Equal(graph, GraphJson.Write(model.Graph));
        Assert.Equal(before.Keys, model.Parameters.Keys);
        Assert.All(before, p => Assert.True(model.Parameters[p.Key].Bytes.SequenceEqual(p.Value), p.Key));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Quantize_Again_GivesTheSameFileAndAFileTheSameAnswers(string name, string net)
    {
        var (model, quantizer, test) = (TrainedNets.Get(net), Quantizer(name), Glyphs.Test(60));
        var deployed = quantizer.Quantize(model, Calibration);
        var path = Save(deployed, quantizer, "first");
        using (var other = new CpuBackend(1))
            Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(
                Save(quantizer.Quantize(model, Calibration with { Backend = other }), quantizer, "second")));
        var read = SavedModel.Read(path);
        Assert.Equal(name, read.Card.Quantizer);
        foreach (var arithmetic in Enum.GetValues<Arithmetic>())
        {
            var expected = Predictions.Of(_backend, deployed, Preprocessing.UnitRange, test, arithmetic);
            var actual = Predictions.Of(_backend, read.Model, read.Preprocessing, test, arithmetic);
            Assert.Equal(expected.Probabilities, actual.Probabilities);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Quantize_SimulatedAndNative_GiveTheSameAnswers(string name, string net)
    {
        var deployed = Quantizer(name).Quantize(TrainedNets.Get(net), Calibration);
        var expected = Predictions.Of(_backend, deployed, Preprocessing.UnitRange, Glyphs.Test(100));
        foreach (var isa in CpuIsa.Present)
        {
            using var backend = new CpuBackend(2, isa);
            var native = Predictions.Of(backend, deployed, Preprocessing.UnitRange, Glyphs.Test(100));
            var simulated = Predictions.Of(backend, deployed, Preprocessing.UnitRange, Glyphs.Test(100), Arithmetic.Simulated);
            Assert.Equal(native.Probabilities, simulated.Probabilities);
            Assert.Equal(native.Ties, simulated.Ties);
            // Float kernels sum in another order with other instructions; integers are the same everywhere.
            if (deployed.Graph.Output.Op is IntSoftmaxOp)
                Assert.Equal(expected.Probabilities, native.Probabilities);
        }
    }

    private static IQuantizer Quantizer(string name)
    {
        var quantizer = Catalog.Get<IQuantizer>("quantizer", name);
        Assert.Matches("^[a-z][a-z0-9-]*$", quantizer.Name);
        Assert.NotEmpty(quantizer.Description);
        return quantizer;
    }

    private string Save(Model model, IQuantizer quantizer, string folder) =>
        new SavedModel(new ModelCard("glyphs", "net", "standard", 1, 3, quantizer.Name), model, Preprocessing.UnitRange)
            .Write(_folder.File(folder), quantizer.Encode);

    private static double Accuracy(Predictions predictions, IDataset data) =>
        predictions.Classes.Where((c, i) => c == data.Label(i)).Count() / (double)data.Count;
}
