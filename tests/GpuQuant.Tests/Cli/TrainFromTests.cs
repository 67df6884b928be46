using GpuQuant.Cli;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Cli;

/// <summary><c>train --from</c>: a trained model is gone on from, with or without fake-quantizers.</summary>
public sealed class TrainFromTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_FromATrainedModel_BeginsWithItsParametersAndCountsItsEpochs()
    {
        WriteTrained("lenet1");
        var (code, _, error) = await Run(
            "--arch lenet1 --strategy qat --qat-bits w4a4 --qat-method lsq --epochs 1 --learning-rate 1e-30 --distill 0.5");
        Assert.True(code == 0, error);
        var (trained, tuned) = (SavedModel.Read(_folder.File("start")), SavedModel.Read(_folder.File("out")));
        Assert.Equal("qat", tuned.Card.Strategy);
        Assert.Equal(trained.Card.Epochs + 1, tuned.Card.Epochs);
        Assert.Contains(tuned.Model.Graph.Nodes, node => node.Op is FakeQuantizeOp { Bits: 4 });
        // Steps of 1e-30 leave every weight as it was.
        Assert.True(trained.Model.Parameters["conv1/kernel"].Bytes.SequenceEqual(tuned.Model.Parameters["conv1/kernel"].Bytes));
    }

    [Fact]
    public async Task Train_FromAnotherNet_SaysWhatCame()
    {
        WriteTrained("lenet1");
        var (code, _, error) = await Run("--arch lenet5 --epochs 1");
        Assert.Contains("The model to go on from is lenet1 on glyphs (standard, float32); expected a float lenet5 for glyphs", error);
        Assert.Equal(2, code);
        Assert.False(File.Exists(_folder.File("out/model.safetensors")));
    }

    private void WriteTrained(string architecture) => new SavedModel(
        new ModelCard("glyphs", architecture, "standard", 1, 3), TrainedNets.Get(architecture), Preprocessing.UnitRange)
        .Write(_folder.File("start"));

    private async Task<(int Code, string Output, string Error)> Run(string options)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(
            [.. $"train --data glyphs --device cpu --quiet {options} --from {_folder.File("start")} --out {_folder.File("out")}".Split(' ')],
            output, error);
        return (code, output.ToString(), error.ToString());
    }
}
