using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>Layers with learned quantizers: where they start, and their gradients from those of a net without, by the papers' formulas.</summary>
public class LearnedQuantizersTests
{
    private const int Batch = 3;
    private static readonly Shape Image = new(4, 4, 2);
    private static readonly int[] Classes = [2, 0, 3];
    private static readonly float[] Samples = Draw.Normals(3, Batch * 32);

    public static TheoryData<QuantizerMethod, bool> Weights => new()
    {
        { QuantizerMethod.Lsq, true }, { QuantizerMethod.Lsq, false }, { QuantizerMethod.LsqPlus, true },
    };

    [Theory]
    [MemberData(nameof(Weights))]
    public void WeightGradients_AreThoseAtTheRoundedWeightsByTheFormulas(QuantizerMethod method, bool perChannel)
    {
        var model = WeightNet(new WeightQuantizer(4, method, perChannel), 0.21f);
        var rounded = model.Parameters.With(model.Parameters.Where(p => p.Key.EndsWith("/kernel", StringComparison.Ordinal))
            .Select(p => KeyValuePair.Create(p.Key, Map(p.Value, w => MathF.Round(Math.Clamp(w / 0.21f, -7, 7)) * 0.21f))));
        using var backend = new CpuBackend(2);
        var expected = TestModels.Differentiate(backend, WeightNet(null, 0) with { Parameters = rounded }, Samples, Classes);
        var actual = TestModels.Differentiate(backend, model, Samples, Classes);
        Assert.Equal(expected.Loss, actual.Loss, 1e-5);
        foreach (var layer in new[] { "conv", "dense" })
        {
            var (w, dy) = (model.Parameters[$"{layer}/kernel"].Span<float>().ToArray(), expected.Gradients[$"{layer}/kernel"]);
            Close([.. w.Select((x, i) => Math.Abs(x / 0.21f) < 7 ? dy[i] : 0)], actual.Gradients[$"{layer}/kernel"]);
            var steps = actual.Gradients[$"{layer}/kernel_step"];
            Assert.Equal(perChannel ? layer == "conv" ? 3 : 4 : 1, steps.Length);
            var length = w.Length / steps.Length;
            var factor = 1 / Math.Sqrt(length * 7.0);
            Close([.. steps.Select((_, c) => (float)(factor * Enumerable.Range(c * length, length).Sum(i => dy[i] * Slope(w[i] / 0.21))))],
                steps);
        }

        static double Slope(double v) => v <= -7 ? -7 : v >= 7 ? 7 : Math.Round(v) - v;
    }

    [Fact]
    public void DorefaWeights_AreTheirFormulas()
    {
        var model = WeightNet(new WeightQuantizer(3, QuantizerMethod.Dorefa, PerChannel: false), 0);
        var rounded = model.Parameters.With(model.Parameters.Where(p => p.Key.EndsWith("/kernel", StringComparison.Ordinal))
            .Select(p => KeyValuePair.Create(p.Key, Map(p.Value, w => (float)Rounded(w, Greatest(p.Value))))));
        using var backend = new CpuBackend(2);
        var expected = TestModels.Differentiate(backend, WeightNet(null, 0) with { Parameters = rounded }, Samples, Classes);
        var actual = TestModels.Differentiate(backend, model, Samples, Classes);
        Assert.Equal(expected.Loss, actual.Loss, 1e-5);
        foreach (var layer in new[] { "conv", "dense" })
        {
            var (kernel, dy) = (model.Parameters[$"{layer}/kernel"], expected.Gradients[$"{layer}/kernel"]);
            Close([.. dy.Zip(kernel.Span<float>().ToArray(), (g, w) =>
                (float)(g * (1 - Math.Pow(Math.Tanh(w), 2)) / Greatest(kernel)))], actual.Gradients[$"{layer}/kernel"]);
        }

        static double Greatest(Tensor kernel) => kernel.Span<float>().ToArray().Max(w => Math.Abs(Math.Tanh(w)));

        static double Rounded(double w, double greatest) => 2 * Math.Round((Math.Tanh(w) / greatest / 2 + 0.5) * 7) / 7 - 1;
    }

    public static TheoryData<QuantizerMethod, QuantizerGrid, string?, float, int, int> Activations => new()
    {
        { QuantizerMethod.Lsq, QuantizerGrid.Signed, "step", 0.19f, -8, 7 },
        { QuantizerMethod.Lsq, QuantizerGrid.Unsigned, "step", 0.09f, 0, 15 },
        { QuantizerMethod.LsqPlus, QuantizerGrid.Asymmetric, "step", 0.19f, -8, 7 },
        { QuantizerMethod.Pact, QuantizerGrid.Unsigned, "clip", 1.5f, 0, 15 },
        { QuantizerMethod.Dorefa, QuantizerGrid.Unsigned, null, 0, 0, 15 },
    };

    /// <summary>The gradients before and behind the fake-quantizer are those of values that are added there.</summary>
    [Theory]
    [MemberData(nameof(Activations))]
    public void ActivationGradients_AreThoseOfTheOutputByTheFormulas(
        QuantizerMethod method, QuantizerGrid grid, string? name, float learned, int minimum, int maximum)
    {
        var op = new FakeQuantizeOp(4) { Method = method, Grid = grid };
        var graph = TestModels.Build(Image, (b, x) => b.Dense(b.Flatten(b.Add(new OffsetOp(Batch),
            [b.Add(op, [b.Add(new OffsetOp(Batch), [x], "before")], "quantizer")], "behind")), 4));
        var random = TestModels.Random(graph, 4);
        var parameters = random.Parameters.With(new Dictionary<string, Tensor>
        {
            ["before/offset"] = new(DType.Float32, Image.Prepend(Batch)),
            ["behind/offset"] = new(DType.Float32, Image.Prepend(Batch)),
        });
        if (name is not null)
            parameters = parameters.With([KeyValuePair.Create($"quantizer/{name}", Tensor.From<float>([learned], new Shape(1)))]);
        var zero = 0;
        if (method == QuantizerMethod.LsqPlus)
        {
            // -0.4 / 0.19 is -2.1 steps: zero point 2.
            parameters = parameters.With([KeyValuePair.Create("quantizer/offset", Tensor.From<float>([-0.4f], new Shape(1)))]);
            zero = 2;
        }
        using var backend = new CpuBackend(2);
        var gradients = TestModels.Differentiate(backend, random with { Parameters = parameters }, Samples, Classes).Gradients;
        var scale = method switch { QuantizerMethod.Pact => learned / 15, QuantizerMethod.Dorefa => 1f / 15, _ => learned };
        var (dy, v) = (gradients["behind/offset"], Array.ConvertAll(Samples, x => (double)(x / scale) + zero));
        Assert.Contains(v, value => value > maximum);
        Assert.Contains(v, value => value < minimum);
        Close([.. dy.Select((g, i) => v[i] > minimum && v[i] < maximum ? g : 0)], gradients["before/offset"]);
        if (name is null)
            return;
        var slopes = v.Select(value => method == QuantizerMethod.Pact ? value >= 15 ? 1 : 0
            : value <= minimum ? minimum : value >= maximum ? maximum : Math.Round(value) - value);
        var factor = method == QuantizerMethod.Pact ? 1 : 1 / Math.Sqrt(32.0 * maximum);
        Close([(float)(factor * slopes.Zip(dy, (slope, g) => slope * g).Sum())], gradients[$"quantizer/{name}"]);
        if (method == QuantizerMethod.LsqPlus)
            Close([(float)(factor * dy.Where((_, i) => v[i] <= minimum || v[i] >= maximum).Sum(g => (double)g))],
                gradients["quantizer/offset"]);
    }

    /// <summary>
    /// Samples 1, -2, 3, 2: 2 * 2 / sqrt(7) for 4 signed bits; weights 0.5, 0.5, -1, 0 of mean magnitude 0.5. A set step is kept; one below 0
    /// is reflected, with the same values as its positive one.
    /// </summary>
    [Fact]
    public void Steps_StartWithTheFirstBatch_AndAreReflected()
    {
        var graph = TestModels.Build(new Shape(4), (b, x) => b.Add(new DenseOp(2) { Weights = new(4, QuantizerMethod.Lsq, false) },
            [b.Add(new FakeQuantizeOp(4) { Method = QuantizerMethod.Lsq, Grid = QuantizerGrid.Signed }, [x], "quantizer")], "dense"));
        using var backend = new CpuBackend(1);
        var model = Model.Initialize(graph, 0);
        model = model with
        {
            Parameters = model.Parameters.With([KeyValuePair.Create(
                "dense/kernel", Tensor.From<float>([0.5f, 0.5f, -1, 0, 0.5f, 0.5f, -1, 0], new Shape(2, 4)))]),
        };
        using var parameters = new DeviceParameters(backend, model, withGradients: true);
        using var training = GraphProgram.ForTraining(graph, parameters, backend, 1, new SoftmaxCrossEntropyLoss(), []);
        using var evaluation = GraphProgram.ForInference(graph, parameters, backend, 1);
        TestModels.RunOnce<float>(backend, training, [1, -2, 3, 2]);
        Assert.Equal(4 / Math.Sqrt(7), TestModels.Fetch<float>(backend, parameters["quantizer/step"])[0], 1e-6);
        Assert.Equal(1 / Math.Sqrt(7), TestModels.Fetch<float>(backend, parameters["dense/kernel_step"])[0], 1e-6);
        var expected = TestModels.RunOnce<float>(backend, training, [7, -2, 30, 2]);
        Assert.Equal(4 / Math.Sqrt(7), TestModels.Fetch<float>(backend, parameters["quantizer/step"])[0], 1e-6);
        Assert.Equal(expected, TestModels.RunOnce<float>(backend, evaluation, [7, -2, 30, 2]));
        backend.Upload(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([-0.5f]), parameters["quantizer/step"]);
        var reflected = TestModels.RunOnce<float>(backend, evaluation, [7, -2, 30, 2]);
        Assert.Equal(-0.5f, TestModels.Fetch<float>(backend, parameters["quantizer/step"])[0]);
        Assert.Equal(reflected, TestModels.RunOnce<float>(backend, training, [7, -2, 30, 2]));
        Assert.Equal(0.5f, TestModels.Fetch<float>(backend, parameters["quantizer/step"])[0]);
    }

    /// <summary>By hand: 4 bits of a range from -2 to 1.4 around 0: the step is 0.25, and 1.9 is beyond 7 of them; unsigned 1.4 / 15.</summary>
    [Theory]
    [InlineData(QuantizerGrid.Signed, new[] { -2f, 1.5f, 1.75f }, new[] { -2f, 1.4f, 1.9f })]
    [InlineData(QuantizerGrid.Unsigned, new[] { 0, 1.4f, 1.4f }, new[] { -2f, 1.4f, 1.9f })]
    public void SymmetricRanges_KeepZeroInTheMiddle(QuantizerGrid grid, float[] expected, float[] input)
    {
        var graph = TestModels.Build(new Shape(3), (b, x) => b.Add(new FakeQuantizeOp(4) { Grid = grid }, [x], "quantizer"));
        var model = new Model(graph, new ParameterSet(new Dictionary<string, Tensor>
        {
            ["quantizer/range"] = Tensor.From<float>([-2, 1.4f], new Shape(2)),
        }));
        using var backend = new CpuBackend(1);
        Close(expected, TestModels.Infer<float>(backend, model, input, 1));
    }

    [Fact]
    public void Attributes_ThatDoNotFit_AreErrors()
    {
        Assert.Contains("weights quantized by PACT", Error(new DenseOp(2) { Weights = new(4, QuantizerMethod.Pact) }), StringComparison.Ordinal);
        Assert.Contains("DoReFa weights, which share one scale", Error(new DenseOp(2) { Weights = new(4, QuantizerMethod.Dorefa) }),
            StringComparison.Ordinal);
        Assert.Contains("cannot have Asymmetric integers by Lsq", Error(new FakeQuantizeOp(4) { Method = QuantizerMethod.Lsq }),
            StringComparison.Ordinal);
        Assert.Contains("cannot have Signed integers by Pact",
            Error(new FakeQuantizeOp(4) { Method = QuantizerMethod.Pact, Grid = QuantizerGrid.Signed }), StringComparison.Ordinal);

        static string Error(Op op) => Assert.Throws<UsageException>(() => TestModels.Build(new Shape(3), (b, x) => b.Add(op, [x]))).Message;
    }

    private static Model WeightNet(WeightQuantizer? weights, float step)
    {
        var graph = TestModels.Build(Image, (b, x) => b.Add(new DenseOp(4) { Weights = weights },
            [b.Flatten(b.Add(new Conv2DOp(3, 3, 1, Padding.Same) { Weights = weights }, [x], "conv"))], "dense"));
        // By position, so that nets with and without steps have the same weights.
        return new Model(graph, new ParameterSet(graph.Parameters.Select(p => KeyValuePair.Create(p.Name, p.Spec.Name == "kernel_step"
            ? Tensor.From<float>([.. Enumerable.Repeat(step, (int)p.Spec.Shape.Count)], p.Spec.Shape)
            : Tensor.From<float>(Draw.Normals((ulong)(p.Name.Length + 10), (int)p.Spec.Shape.Count, 0.7), p.Spec.Shape)))));
    }

    private static Tensor Map(Tensor tensor, Func<float, float> map) =>
        Tensor.From<float>(Array.ConvertAll(tensor.Span<float>().ToArray(), w => map(w)), tensor.Shape);

    private static void Close(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var greatest = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 2e-5 * Math.Max(greatest, 1e-3));
    }
}
