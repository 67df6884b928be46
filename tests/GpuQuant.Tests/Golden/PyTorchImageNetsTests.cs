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
    public void LossAndGradients_WithoutDropout_AreThoseOfPyTorch(string name) =>
        CloseGradients(Golden, name, MakeModel(name), Samples, Labels, Kept, 1e-4);

    private static Model MakeModel(string name)
    {
        var graph = Catalog.Get<IArchitecture>("architecture", name).Build(new Shape(Side, Side, 3), 10);
        return ModelOf(GraphRewriter.Rewrite(graph, (node, inputs, _) => node.Op is DropoutOp ? inputs[0] : null));
    }
}
