using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;
using static GpuQuant.Tests.Golden.PyTorchGolden;

namespace GpuQuant.Tests.Golden;

/// <summary>Attacks on LeNet-5 against PyTorch in float64; <c>tests/golden/attacks.py</c> made the file and says what is in it.</summary>
public class PyTorchAttacksTests
{
    private const int Batch = 4, Height = 12, Width = 8;

    private static readonly IReadOnlyDictionary<string, Tensor> Golden =
        SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", "attacks.safetensors")).Tensors;

    [Fact]
    public void FastGradientSign_GivesPyTorchsSamples() => Check("fgsm", Attack.FastGradientSign(0.1f));

    [Fact]
    public void ThreeStepsByLInfinity_GivePyTorchsSamples() => Check("linf", new(0.1f, 0.04f, 3) { StartsRandom = false });

    [Fact]
    public void ThreeStepsByL2_GivePyTorchsSamples() =>
        Check("l2", new(1.2f, 0.8f, 3) { StartsRandom = false, Norm = AttackNorm.L2 });

    private static void Check(string name, Attack attack)
    {
        using var backend = new CpuBackend(2);
        using var tensors = new OwnedTensors(backend);
        var model = Lenet5Batch.MakeModel();
        using var parameters = new DeviceParameters(backend, model);
        var mean = Array.ConvertAll(Spread(200, Height * Width), v => v / 131072f);
        var input = Spread(100, Batch * Height * Width).Select((v, i) => (v >> 8) * (1 / 255f) - mean[i % mean.Length]).ToArray();
        var origin = tensors.Take("origin", DType.Float32, new Shape(Batch, Height, Width, 1));
        var targets = tensors.Take("targets", DType.Float32, new Shape(Batch, 10));
        backend.Upload(MemoryMarshal.AsBytes(input.AsSpan()), origin);
        backend.Upload(MemoryMarshal.AsBytes(TestModels.OneHot([3, 1, 4, 1], 10).AsSpan()), targets);
        using var attacker = new Attacker(backend, model.Graph, parameters, new Preprocessing(1 / 255f, mean), attack, origin, targets);
        attacker.Run(new BatchPosition(1, 0, new int[Batch]));
        // The pixels are rounded to float32, and so are the steps' few sums.
        Close(Golden[name].Span<float>(), TestModels.Fetch<float>(backend, attacker.Result), 1e-6, name);
        Assert.Equal(input, TestModels.Fetch<float>(backend, origin));
    }
}
