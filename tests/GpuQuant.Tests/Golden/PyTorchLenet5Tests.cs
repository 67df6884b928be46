using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;
using static GpuQuant.Tests.Golden.PyTorchGolden;

namespace GpuQuant.Tests.Golden;

/// <summary>LeNet-5 on one small batch against PyTorch in float64; <c>tests/golden/lenet5.py</c> made the file and says what is in it.</summary>
public sealed class PyTorchLenet5Tests : IDisposable
{
    private static readonly IReadOnlyDictionary<string, Tensor> Golden =
        SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", "lenet5.safetensors")).Tensors;

    private readonly CpuBackend _backend = new(2);
    private readonly Model _model = Lenet5Batch.MakeModel();
    private readonly ImageDataset _samples = Lenet5Batch.MakeSamples();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void Logits_AreThoseOfPyTorch()
    {
        using var predictor = new Predictor(_backend, _model, Preprocessing.UnitRange, 4, layer: "dense3");
        // Sums of up to 150 products of numbers below 1, through five layers: some 1e-7 each.
        Close(Golden["logits"].Span<float>(), predictor.Run<float>(_samples), 1e-6, "logits");
    }

    [Fact]
    public void LossAndGradients_AreThoseOfPyTorch()
    {
        var input = Array.ConvertAll(_samples.Samples(4), b => b * Preprocessing.UnitRange.Scale);
        var (loss, _, gradients) = TestModels.Differentiate(_backend, _model, input, [.. Lenet5Batch.Labels.Select(l => (int)l)]);
        Assert.Equal(Golden["loss"].Span<float>()[0], loss / 4, 1e-6);
        Assert.Equal(10, gradients.Count);
        foreach (var (name, gradient) in gradients)
        {
            var expected = Golden[$"gradient/{name}"].Span<float>().ToArray();
            Close(expected, gradient, 3e-6 * expected.Max(Math.Abs), name);
        }
    }

    [Fact]
    public void ThreeStepsOfAdam_GivePyTorchsParameters() => CheckSteps("adam", new Adam());

    [Fact]
    public void ThreeStepsOfMomentum_GivePyTorchsParameters() => CheckSteps("sgd", new Sgd { LearningRate = 0.05f, Momentum = 0.9f });

    private void CheckSteps(string name, Optimizer optimizer)
    {
        using var trainer = new Trainer(_backend, _model, _samples, Preprocessing.UnitRange,
            new TrainingOptions { Epochs = 3, BatchSize = 4, Optimizer = optimizer });
        var trained = trainer.Run(cancellation: TestContext.Current.CancellationToken);
        foreach (var (parameter, value) in trained.Parameters)
        {
            var expected = Golden[$"{name}/{parameter}"].Span<float>().ToArray();
            Close(expected, value.Span<float>(), 1e-6, parameter);
            // The steps were larger than what is tolerated by far.
            Assert.Contains(expected.Zip(_model.Parameters[parameter].Span<float>().ToArray()), pair =>
                Math.Abs(pair.First - pair.Second) > 5e-4);
        }
    }
}
