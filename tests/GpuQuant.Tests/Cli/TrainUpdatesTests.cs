using GpuQuant.Cli;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Cli;

/// <summary><c>train</c> with options of optimizer, schedule and early stopping: they reach the training, as its checkpoint says.</summary>
public sealed class TrainUpdatesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--optimizer adamw --weight-decay 0.05 --decay-all --schedule cosine --floor 0.25 --warmup 0.5 --clip-norm 1 --ema 0.5",
        "AdamW { Name = adamw, LearningRate = 0.001, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-07, WeightDecay = 0.05, DecaysAll = True }",
        "CosineRate { Name = cosine, WarmupEpochs = 0.5, Floor = 0.25 }", "ClipNorm = 1,", "AverageDecay = 0.5,")]
    [InlineData("--optimizer sgd --momentum 0.5 --nesterov --schedule step --milestones 1,3 --fall 0.5 --clip-value 0.5 --accumulate 4",
        "Sgd { Name = sgd, LearningRate = 0.01, Momentum = 0.5, Nesterov = True }",
        "StepRate { Name = step, WarmupEpochs = 0, Milestones = 1 3, Every = 30, Fall = 0.5 }", "ClipValue = 0.5,", "Accumulate = 4,")]
    [InlineData("--schedule one-cycle --validation 0.1 --early-stopping 3 --least-gain 0.01", "OneCycleRate { Name = one-cycle,",
        "EarlyStopping = EarlyStopping { Patience = 3, LeastGain = 0.01 }")]
    public async Task Train_Options_ReachTheTraining(string options, params string[] expected)
    {
        await Train($"--epochs 1 {options}");
        var checkpoint = SafetensorsFile.Read(_folder.File("out/training.checkpoint.safetensors"));
        Assert.All(expected, part => Assert.Contains(part, checkpoint.Metadata["configuration"]));
    }

    /// <summary>A rate of 1e-30 changes nothing: after the first epoch, which beats no accuracy at all, two more gain nothing.</summary>
    [Fact]
    public async Task Train_EndedEarly_SaysSoOnItsCard()
    {
        await Train("--epochs 9 --learning-rate 1e-30 --validation 0.1 --early-stopping 2");
        Assert.Equal(3, SavedModel.Read(_folder.File("out")).Card.Epochs);
    }

    private async Task Train(string options)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(
            [.. $"train --data glyphs --arch lenet1 --device cpu --quiet {options} --out {_folder.File("out")}".Split(' ')], output, error);
        Assert.True(code == 0, error.ToString());
    }
}
