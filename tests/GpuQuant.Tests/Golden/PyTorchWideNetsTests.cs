using System.Numerics;
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
        var model = MakeModel(name);
        var logits = TestModels.Infer<float>(backend, model, Samples, Labels.Length, layer: model.Graph.Output.Inputs[0].Name);
        var expected = Golden[$"{name}/logits"].Span<float>().ToArray();
        Close(expected, logits, 1e-5 * expected.Max(Math.Abs), "logits");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LossAndGradients_AreThoseOfPyTorch(string name)
    {
        using var backend = new CpuBackend(2);
        var (loss, _, gradients) = TestModels.Differentiate(backend, MakeModel(name), Samples, Labels);
        Assert.Equal(Golden[$"{name}/loss"].Span<float>()[0], loss / Labels.Length, 1e-5);
        Assert.Equal(Golden.Keys.Count(key => key.StartsWith($"{name}/gradient/", StringComparison.Ordinal)), gradients.Count);
        foreach (var (parameter, gradient) in gradients)
        {
            var stride = (gradient.Length + Kept - 1) / Kept;
            var greatest = Golden[$"{name}/greatest/{parameter}"].Span<float>()[0];
            // Gradients that batch normalization makes 0 (biases before it) keep the rounding of terms of the loss's size.
            Close(Golden[$"{name}/gradient/{parameter}"].Span<float>(), [.. gradient.Where((_, i) => i % stride == 0)],
                1e-5 * greatest + 1e-6, parameter);
        }
    }

    private static Model MakeModel(string name) => new(Graphs[name], new ParameterSet(Graphs[name].Parameters.Select((p, stream) =>
    {
        var fanIn = (uint)(p.Spec.Shape.Count / p.Spec.Shape[0]);
        var (scale, offset) = p.Spec.Name switch
        {
            "kernel" => (MathF.ScaleB(1, 2 - (32 - BitOperations.LeadingZeroCount(fanIn)) / 2), 0f),
            "bias" => (1 / 16f, 0f),
            "gamma" or "variance" => (0.5f, 1f),
            _ => (0.5f, 0f),
        };
        var values = Array.ConvertAll(Spread(stream, (int)p.Spec.Shape.Count), v => offset + (v / 65536f - 0.5f) * scale);
        return KeyValuePair.Create(p.Name, Tensor.From<float>(values, p.Spec.Shape));
    })));
}
