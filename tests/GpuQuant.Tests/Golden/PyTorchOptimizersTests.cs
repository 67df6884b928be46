using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;
using static GpuQuant.Tests.Golden.PyTorchGolden;

namespace GpuQuant.Tests.Golden;

/// <summary>Optimizers and schedules against PyTorch in float64; <c>tests/golden/optimizers.py</c> made the file.</summary>
public class PyTorchOptimizersTests
{
    private const int Kept = 48, StepsPerEpoch = 3, Epochs = 8;

    private static readonly IReadOnlyDictionary<string, Tensor> Golden =
        SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", "optimizers.safetensors")).Tensors;

    private static readonly Dictionary<string, TrainingOptions> Runs = new()
    {
        ["nesterov"] = new() { Epochs = 4, Optimizer = new Sgd { LearningRate = 0.05f, Momentum = 0.9f, Nesterov = true } },
        ["adamw"] = new() { Epochs = 4, Optimizer = new AdamW { WeightDecay = 2 }, Schedule = new CosineRate() },
        ["adamw-all"] = new() { Epochs = 4, Optimizer = new AdamW { WeightDecay = 2, DecaysAll = true } },
        // PyTorch's epsilon of 0.01 at the first step is 0.01 sqrt(1 - 0.999) here.
        ["epsilon"] = new()
        {
            Epochs = 1,
            Optimizer = new AdamW { LearningRate = 1e-2f, WeightDecay = 0, Epsilon = 1e-2f * MathF.Sqrt(1e-3f) },
        },
        ["clip-norm"] = new() { Epochs = 3, Optimizer = new Sgd { LearningRate = 0.05f, Momentum = 0 }, ClipNorm = 0.25f },
        ["clip-value"] = new() { Epochs = 3, Optimizer = new Sgd { LearningRate = 0.05f, Momentum = 0 }, ClipValue = 0.01f },
    };

    private static readonly Dictionary<string, RateSchedule> Schedules = new()
    {
        ["step"] = new StepRate { Every = 3 },
        ["milestones"] = new StepRate { Milestones = [2, 5], Fall = 0.5 },
        ["cosine"] = new CosineRate { Floor = 0.1 },
        ["one-cycle"] = new OneCycleRate(),
        ["warmup-constant"] = new ConstantRate { WarmupEpochs = 2 },
        ["warmup-cosine"] = new CosineRate { WarmupEpochs = 2 },
    };

    public static TheoryData<string> RunNames => [.. Runs.Keys];

    public static TheoryData<string> ScheduleNames => [.. Schedules.Keys];

    [Theory]
    [MemberData(nameof(RunNames))]
    public void Steps_GivePyTorchsParameters(string name)
    {
        using var backend = new CpuBackend(2);
        var model = Lenet5Batch.MakeModel();
        using var trainer = new Trainer(
            backend, model, Lenet5Batch.MakeSamples(), Preprocessing.UnitRange, Runs[name] with { BatchSize = 4 });
        var trained = trainer.Run(cancellation: TestContext.Current.CancellationToken);
        foreach (var (parameter, value) in trained.Parameters)
        {
            var expected = Golden[$"{name}/{parameter}"].Span<float>().ToArray();
            Close(expected, Part(value), 1e-6, parameter);
            // The steps were larger than what is tolerated by far.
            Assert.Contains(expected.Zip(Part(model.Parameters[parameter])), pair => Math.Abs(pair.First - pair.Second) > 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(ScheduleNames))]
    public void Factors_ArePyTorchs(string name)
    {
        var factors = Enumerable.Range(0, Epochs * StepsPerEpoch)
            .Select(step => (float)Schedules[name].FactorAt(step, StepsPerEpoch, Epochs)).ToArray();
        Close(Golden[$"rate/{name}"].Span<float>(), factors, 1e-7, name);
    }

    [Fact]
    public void GoldenFile_HoldsNothingElse() => Assert.Equal(
        Runs.Count * Lenet5Batch.MakeModel().Parameters.Count + Schedules.Count, Golden.Count);

    private static float[] Part(Tensor tensor)
    {
        var values = tensor.Span<float>().ToArray();
        return [.. values.Where((_, i) => i % Math.Max(1, values.Length / Kept) == 0).Take(Kept)];
    }
}
