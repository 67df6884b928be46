using System.Numerics;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using static GpuQuant.Tests.Golden.PyTorchGolden;

namespace GpuQuant.Tests.Golden;

/// <summary>
/// ResNet-20 and NiN on one small batch against PyTorch in float64; <c>tests/golden/imagenets.py</c> made the file and says what is in
/// it.
/// </summary>
public class PyTorchImageNetsTests
{
    private const int Side = 8, Kept = 48;
    private static readonly int[] Labels = [3, 1, 4, 1, 5];

    private static readonly IReadOnlyDictionary<string, Tensor> Golden =
        SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", "imagenets.safetensors")).Tensors;

    private static readonly float[] Samples =
        Array.ConvertAll(Spread(1005, Labels.Length * Side * Side * 3), v => (v >> 8) * (1 / 255f));

    public static TheoryData<string> Names => ["resnet20", "nin"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Logits_InEvaluation_AreThoseOfPyTorch(string name)
    {
        using var backend = new CpuBackend(2);
        var model = MakeModel(name);
        var logits = TestModels.Infer<float>(backend, model, Samples, Labels.Length, layer: model.Graph.Output.Inputs[0].Name);
        var expected = Golden[$"{name}/logits"].Span<float>().ToArray();
        // Twenty layers of float32 sums of up to 4,800 products, relative 2^-24 each and partly cancelling.
        Close(expected, logits, 1e-5 * expected.Max(Math.Abs), "logits");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void LossAndGradients_WithoutDropout_AreThoseOfPyTorch(string name)
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
                1e-4 * greatest + 1e-6, parameter);
        }
    }

    private static Model MakeModel(string name)
    {
        var graph = Catalog.Get<IArchitecture>("architecture", name).Build(new Shape(Side, Side, 3), 10);
        graph = GraphRewriter.Rewrite(graph, (node, inputs, _) => node.Op is DropoutOp ? inputs[0] : null);
        return new Model(graph, new ParameterSet(graph.Parameters.Select((p, stream) =>
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
}
