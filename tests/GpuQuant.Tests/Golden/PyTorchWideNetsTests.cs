using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using static GpuQuant.Tests.Golden.PyTorchGolden;

namespace GpuQuant.Tests.Golden;

/// <summary>
/// Small nets of the blocks of ResNet-50 and DenseNet-121 on one batch against PyTorch in float64; <c>tests/golden/widenets.py</c> made the
/// file and says what is in it.
/// </summary>
public class PyTorchWideNetsTests
{
    private const int Height = 28, Width = 32, Kept = 48;
    private static readonly int[] Labels = [3, 1, 4, 1, 5];
    private static readonly Shape Size = new(Height, Width, 3);

    private static readonly IReadOnlyDictionary<string, Tensor> Golden =
        SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", "widenets.safetensors")).Tensors;

    private static readonly float[] Samples =
        Array.ConvertAll(Spread(1006, Labels.Length * Height * Width * 3), v => (v >> 8) * (1 / 255f));

    private static readonly Dictionary<string, Graph> Graphs = new()
    {
        ["resnet50"] = Resnet50.Build(Size, 10, stem: 8, [(4, 2), (6, 2)]),
        ["densenet121"] = Densenet121.Build(Size, 10, growth: 4, [2, 3]),
    };

    public static TheoryData<string> Names => [.. Graphs.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Logits_InEvaluation_AreThoseOfPyTorch(string name)
    {
        using var backend = new CpuBackend(2);
        var model = ModelOf(Graphs[name]);
        var logits = TestModels.Infer<float>(backend, model, Samples, Labels.Length, layer: model.Graph.Output.Inputs[0].Name);
        var expected = Golden[$"{name}/logits"].Span<float>().ToArray();
        Close(expected, logits, 1e-5 * expected.Max(Math.Abs), "logits");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LossAndGradients_AreThoseOfPyTorch(string name) =>
        CloseGradients(Golden, name, ModelOf(Graphs[name]), Samples, Labels, Kept, 1e-5);
}
