using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>Every op that has a gradient, against finite differences with respect to its inputs and its parameters.</summary>
public class OpGradientTests
{
    private static readonly Shape Image = new(5, 4, 3), Vector = new(7), Sequence = new(4, 3), Text = new(9);

    private static readonly BatchNormOp Frozen = new(1e-3f, 0.99f) { IsFrozen = true };

    private static readonly (string Name, Type Op, Shape Input, Func<GraphBuilder, Node, Node> Layer)[] Cases =
    [
        .. from stride in new[] { 1, 2, 3 }
           from padding in Enum.GetValues<Padding>()
           select Case<Conv2DOp>($"kernel 3 stride {stride} {padding}", Image, (b, x) => b.Conv2D(x, 2, 3, stride, padding)),
        Case<Conv2DOp>("kernel 7 Half stride 2 without bias", Image,
            (b, x) => b.Conv2D(x, 2, 7, stride: 2, padding: Padding.Half, hasBias: false)),
        Case<Conv2DOp>("kernel 1", Image, (b, x) => b.Conv2D(x, 2, 1)),
        Case<Conv2DOp>("kernel 4 Same", Image, (b, x) => b.Conv2D(x, 2, 4)),
        .. from activation in Enum.GetValues<Activation>()
           select Case<Conv2DOp>($"fused {activation}", Image, (b, x) => b.Activate(b.Conv2D(x, 2, 2), activation)),
        .. from activation in Enum.GetValues<Activation>()
           select Case<DenseOp>($"fused {activation}", Vector, (b, x) => b.Activate(b.Dense(x, 5), activation)),
        .. from activation in Enum.GetValues<Activation>()
           select Case<BatchNormOp>($"fused {activation}", Image, (b, x) => b.Activate(b.BatchNorm(x), activation)),
        Case<BatchNormOp>("of vectors", Vector, (b, x) => b.BatchNorm(x, epsilon: 0.1f)),
        .. from activation in Enum.GetValues<Activation>()
           select Case<BatchNormOp>($"frozen {activation}", Image, (b, x) => b.Activate(b.Add(Frozen, [x]), activation)),
        .. from activation in Enum.GetValues<Activation>()
           from norm in new[] { new BatchNormOp(1e-3f, 0.99f), Frozen }
           // A relu6 needs wide draws, and what is not normalized by them is all beyond 6: nothing would be left to compare.
           where !(norm.IsFrozen && activation == Activation.Relu6)
           select Case<FoldedConv2DOp>($"{activation}, frozen {norm.IsFrozen}", Image, (b, x) =>
               b.Activate(b.Add(new FoldedConv2DOp(new Conv2DOp(3, 3, 2, Padding.Same), norm), [x]), activation)),
        .. from activation in Enum.GetValues<Activation>()
           select Case<ActivationOp>($"{activation}", Vector, (b, x) => b.Activate(x, activation)),
        .. from kind in Enum.GetValues<PoolKind>()
           from size in new[] { (Size: 2, Stride: 2), (Size: 3, Stride: 1), (Size: 3, Stride: 2), (Size: 2, Stride: 3) }
           from padding in Enum.GetValues<Padding>()
           select Case<Pool2DOp>($"{kind} {size.Size} stride {size.Stride} {padding}", Image,
               (b, x) => b.Add(new Pool2DOp(kind, size.Size, size.Stride, padding), [x])),
        Case<Pool2DOp>("Average over an image that is no square", Image, (b, x) => b.GlobalAveragePool(x)),
        Case<AddOp>("of two values", Vector, (b, x) => b.Add(x, b.Dense(x, 7))),
        Case<ConcatOp>("of two vectors", Vector, (b, x) => b.Concat([b.Dense(x, 3), x])),
        Case<ConcatOp>("of images, one twice", Image, (b, x) => b.Concat([x, b.Conv2D(x, 2, 1), x])),
        Case<DropoutOp>("of an image", Image, (b, x) => b.Dropout(x, 0.5f)),
        Case<DropoutOp>("twice, of vectors", Vector, (b, x) => b.Dropout(b.Dense(b.Dropout(x, 0.25f), 5), 0.5f)),
        Case<DropoutOp>("of nothing", Vector, (b, x) => b.Dropout(x, 0)),
        Case<DropoutOp>("of channels", Sequence, (b, x) => b.SpatialDropout(x, 0.5f)),
        Case<EmbeddingOp>("of a text", Text, (b, x) => b.Embedding(x, GradientCheck.Words, 3)),
        Case<MixSamplesOp>("of a sequence", Sequence, (b, x) => b.Add(new MixSamplesOp(), [x])),
        Case<LstmOp>("of a sequence", Sequence, (b, x) => b.Lstm(x, 5)),
        Case<LstmOp>("with recurrent dropout", Sequence, (b, x) => b.Lstm(x, 17, 0.5f)),
        Case<LstmOp>("beside another", Sequence, (b, x) => b.Add(b.Lstm(x, 3, 0.5f), b.Lstm(x, 3, 0.25f))),
        Case<GruOp>("of a sequence", Sequence, (b, x) => b.Gru(x, 5)),
        Case<GruOp>("with recurrent dropout", Sequence, (b, x) => b.Gru(x, 17, 0.5f)),
        Case<FakeQuantizeOp>("of vectors", Vector, (b, x) => b.Add(new FakeQuantizeOp(20), [x])),
        Case<FakeQuantizeOp>("of a batch norm", Image, (b, x) => b.Add(new FakeQuantizeOp(20), [b.Relu(b.BatchNorm(x))])),
        Case<FakeQuantizeOp>("of a frozen batch norm", Image, (b, x) => b.Add(new FakeQuantizeOp(20), [b.Relu(b.Add(Frozen, [x]))])),
        Case<FakeQuantizeOp>("that watches", Vector, (b, x) =>
            b.Add(new FakeQuantizeOp(2) { IsObserver = true }, [b.Relu(b.Dense(x, 5))])),
        Case<FlattenOp>("of an image", Image, (b, x) => b.Flatten(x)),
        Case<SoftmaxOp>("in the middle", Vector, (b, x) => b.Softmax(x)),
    ];

    public static TheoryData<string> Names => [.. Cases.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradient_OfInputAndParameters_IsThatOfFiniteDifferences(string name)
    {
        var (_, op, input, layer) = Cases.Single(c => c.Name == name);
        // Values beyond 6 for relu6, small ones for functions that saturate.
        var deviation = name.Contains("Relu6", StringComparison.Ordinal) ? 2 : 0.5;
        var takesWords = op == typeof(EmbeddingOp); // which have no gradient
        GradientCheck.Run(TestModels.Build(input, (b, x) =>
        {
            var probed = takesWords ? x : b.Add(new OffsetOp(GradientCheck.Batch), [x]);
            return b.Dense(b.Flatten(layer(b, probed)), GradientCheck.Classes);
        }, takesWords ? DType.Int32 : DType.Float32), deviation);
    }

    [Fact]
    public void Cases_CoverEveryOpWithABackward()
    {
        var withGradient = typeof(Op).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract
                && type.GetMethod(nameof(Op.Backward))!.DeclaringType != typeof(Op));
        Assert.Equal(withGradient.Select(type => type.Name).Order(), Cases.Select(c => c.Op.Name).Distinct().Order());
    }

    private static (string, Type, Shape, Func<GraphBuilder, Node, Node>) Case<TOp>(
        string name, Shape input, Func<GraphBuilder, Node, Node> layer)
        where TOp : Op => ($"{typeof(TOp).Name[..^2]} {name}", typeof(TOp), input, layer);
}
