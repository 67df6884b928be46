using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using static GpuQuant.Tests.Golden.PyTorchGolden;

namespace GpuQuant.Tests.Golden;

/// <summary>
/// Texts of 200 words through an LSTM and a GRU against PyTorch in float64; <c>tests/golden/recurrent.py</c> made the file and says what is
/// in it.
/// </summary>
public sealed class PyTorchRecurrentTests : IDisposable
{
    private const int Words = 50, Width = 8, Units = 6, Steps = 200;
    private static readonly int[] Labels = [1, 0, 0, 1, 1];

    private static readonly IReadOnlyDictionary<string, Tensor> Golden =
        SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", "recurrent.safetensors")).Tensors;

    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    public void Logits_AreThoseOfPyTorch(string net)
    {
        var logits = TestModels.Infer<float>(_backend, Net(net), Texts, Labels.Length, layer: "dense1");
        var expected = Golden[$"{net}/logits"].Span<float>().ToArray();
        Close(expected, logits, 1e-5 * expected.Max(Math.Abs), "logits");
    }

    [Theory]
    [InlineData("lstm", 6)]
    [InlineData("gru", 7)]
    public void LossAndGradients_Through200Steps_AreThoseOfPyTorch(string net, int count)
    {
        var (loss, _, gradients) = TestModels.Differentiate(_backend, Net(net), Texts, Labels);
        Assert.Equal(Golden[$"{net}/loss"].Span<float>()[0], loss / Labels.Length, 1e-6);
        Assert.Equal(count, gradients.Count);
        foreach (var (name, gradient) in gradients)
        {
            var expected = Golden[$"{net}/gradient/{name}"].Span<float>().ToArray();
            Close(expected, gradient, 1e-5 * expected.Max(Math.Abs), name);
        }
    }

    private static float[] Texts => Array.ConvertAll(Spread(100, Labels.Length * Steps), v => (float)(v % Words));

    private static Model Net(string net)
    {
        var graph = TestModels.Build(new Shape(Steps), (b, x) =>
        {
            x = b.Embedding(x, Words, Width);
            return b.Activate(b.Dense(net == "lstm" ? b.Lstm(x, Units) : b.Gru(x, Units), 2), Activation.Sigmoid);
        }, DType.Int32);
        return new Model(graph, new ParameterSet(graph.Parameters.Select((p, stream) => KeyValuePair.Create(p.Name, Tensor.From<float>(
            Array.ConvertAll(Spread(stream, (int)p.Spec.Shape.Count), v => v / 32768f - 1), p.Spec.Shape)))));
    }
}
