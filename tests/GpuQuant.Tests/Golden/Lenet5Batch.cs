using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using static GpuQuant.Tests.Golden.PyTorchGolden;

namespace GpuQuant.Tests.Golden;

/// <summary>The LeNet-5 and the small batch of <c>tests/golden/lenet5.py</c>, by the same formulas.</summary>
internal static class Lenet5Batch
{
    private const int Height = 12, Width = 8;

    // Powers of two by which the parameters' uniform draws are scaled.
    private static readonly Dictionary<string, int> Exponents = new()
    {
        ["conv1"] = -1,
        ["conv2"] = -2,
        ["dense1"] = -2,
        ["dense2"] = -2,
        ["dense3"] = -1,
    };

    public static readonly byte[] Labels = [3, 1, 4, 1];

    public static ImageDataset MakeSamples() => new(
        "golden", Array.ConvertAll(Spread(100, 4 * Height * Width), v => (byte)(v >> 8)), Labels, new Shape(Height, Width, 1), 10);

    public static Model MakeModel()
    {
        var graph = new Lenet5().Build(new Shape(Height, Width, 1), 10);
        return new Model(graph, new ParameterSet(graph.Parameters.Select((p, stream) =>
        {
            var scale = MathF.ScaleB(1, p.Spec.Name == "bias" ? -4 : Exponents[p.Name.Split('/')[0]]);
            var values = Array.ConvertAll(Spread(stream, (int)p.Spec.Shape.Count), v => (v / 65536f - 0.5f) * scale);
            return KeyValuePair.Create(p.Name, Tensor.From<float>(values, p.Spec.Shape));
        })));
    }
}
