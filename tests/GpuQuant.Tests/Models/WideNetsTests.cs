using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Graphs;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Models;

/// <summary>ResNet-50 and DenseNet-121: Keras's published sizes, what they cost by their definition, and whole-net gradients.</summary>
public class WideNetsTests
{
    private static readonly Shape Camera = new(224, 224, 3);

    private static readonly Graph Resnet = new Resnet50().Build(Camera, 1000), Densenet = new Densenet121().Build(Camera, 1000);

    /// <summary>Keras's applications without top and with its dense layer of 1,000 classes, non-trainable statistics included.</summary>
    [Theory]
    [InlineData("resnet50", 23_587_712, 25_636_712)]
    [InlineData("densenet121", 7_037_504, 8_062_504)]
    public void Parameters_AreAsManyAsKerasPublishes(string name, long withoutTop, long withTop)
    {
        var lines = GraphSummary.Of(name == "resnet50" ? Resnet : Densenet);
        Assert.Equal(withTop, lines.Sum(line => line.Parameters));
        Assert.Equal(withoutTop, lines.Where(line => line.Kind != "Dense").Sum(line => line.Parameters));
    }

    /// <summary>In the original ResNet every convolution of a stage works on the stage's output pixels: the stride comes first.</summary>
    [Fact]
    public void Resnet50_Macs_AreThoseOfItsDefinition()
    {
        var macs = 112L * 112 * 49 * 3 * 64 + 2048 * 1000;
        var (side, inputs) = (56, 64);
        foreach (var (channels, blocks) in new[] { (64, 3), (128, 4), (256, 6), (512, 3) })
        {
            var shared = channels * 9 * channels + channels * 4 * channels;
            macs += (long)side * side * (inputs * 4 * channels + blocks * shared + (inputs + (blocks - 1) * 4 * channels) * channels);
            (side, inputs) = (side / 2, 4 * channels);
        }
        // Published as 3.86 billion; with the strides in the 3x3 convolutions it would be 4.09.
        Assert.Equal(3_857_973_248, macs);
        Assert.Equal(macs, GraphSummary.Of(Resnet).Sum(line => line.Macs));
    }

    [Fact]
    public void Densenet121_Macs_AreThoseOfItsDefinition()
    {
        var macs = 112L * 112 * 49 * 3 * 64 + 1024 * 1000;
        var (side, channels) = (56, 64);
        foreach (var layers in new[] { 6, 12, 24, 16 })
        {
            for (var layer = 0; layer < layers; layer++, channels += 32)
                macs += (long)side * side * (channels * 128 + 9 * 128 * 32);
            if (layers == 16)
                break;
            macs += (long)side * side * channels * (channels / 2);
            (side, channels) = (side / 2, channels / 2);
        }
        // Published as 2.83 billion.
        Assert.Equal(2_834_161_664, macs);
        Assert.Equal(macs, GraphSummary.Of(Densenet).Sum(line => line.Macs));
    }

    [Fact]
    public void Resnet50_Strides_AreInTheFirstConvolutionOfAStage()
    {
        var strided = Resnet.Nodes.Where(node => node.Op is Conv2DOp { Stride: 2 }).Select(node => node.Name);
        Assert.Equal(["conv1_conv", .. from stage in Enumerable.Range(3, 3) from i in Enumerable.Range(0, 2) select $"conv{stage}_block1_{i}_conv"],
            strided);
        Assert.Equal(53, Resnet.Nodes.Count(node => node.Op is Conv2DOp { HasBias: true }));
        Assert.Equal(16, Resnet.Nodes.Count(node => node.Op is AddOp));
        Assert.All(Resnet.Nodes.Where(node => node.Op is BatchNormOp), node => Assert.Equal(1.001e-5f, ((BatchNormOp)node.Op).Epsilon));
    }

    [Fact]
    public void Densenet121_Shapes_AreThoseOfItsDefinition()
    {
        Assert.Equal(["56x56x64", "28x28x128", "14x14x256", "7x7x512", "1x1x1024"],
            Densenet.Nodes.Where(node => node.Op is Pool2DOp).Select(node => node.Output.Shape.ToString()));
        Assert.Equal(120, Densenet.Nodes.Count(node => node.Op is Conv2DOp { HasBias: false }));
        Assert.Equal(58, Densenet.Nodes.Count(node => node.Op is ConcatOp));
    }

    [Theory]
    [InlineData("resnet50")]
    [InlineData("densenet121")]
    public void Build_OtherSizesAndClasses_EndsInThatManyProbabilities(string name)
    {
        var architecture = Catalog.Get<IArchitecture>("architecture", name);
        foreach (var (shape, classes) in new[] { (new Shape(448, 448, 3), 182), (new Shape(65, 40, 1), 8), (new Shape(32, 32, 3), 2) })
            Assert.Equal(new Shape(classes), architecture.Build(shape, classes).Output.Output.Shape);
    }

    public static TheoryData<string> SmallNames => [.. Small.Keys];

    /// <summary>Nets of the very same blocks, so small that every parameter can be checked; images are no squares.</summary>
    internal static readonly Dictionary<string, Func<Shape, int, Graph>> Small = new()
    {
        ["resnet50"] = (input, classes) => Resnet50.Build(input, classes, stem: 3, [(2, 2), (2, 1)]),
        ["densenet121"] = (input, classes) => Densenet121.Build(input, classes, growth: 2, [2, 2]),
    };

    [Theory]
    [MemberData(nameof(SmallNames))]
    public void Gradient_OfASmallNet_IsThatOfFiniteDifferences(string name) =>
        GradientCheck.Run(GraphRewriter.Rewrite(Small[name](new Shape(14, 10, 2), GradientCheck.Classes),
            (node, inputs, _) => node.Op is SoftmaxOp ? inputs[0] : null), cancelled: 1e-6);

    [Theory]
    [MemberData(nameof(SmallNames))]
    public void JsonOfTheNet_GivesTheSameNet(string name)
    {
        var graph = name == "resnet50" ? Resnet : Densenet;
        Assert.Equal(GraphJson.Write(graph), GraphJson.Write(GraphJson.Read(GraphJson.Write(graph))));
    }

    /// <summary>
    /// 5 pixels, kernel 3, stride 2: 3 windows from pixels -1, 1 and 3 on, where "same" has 3 from -1 on too; 6 pixels: 3 windows from -1
    /// on, where "same" begins at 0. A mean counts the pixels inside alone.
    /// </summary>
    [Fact]
    public void HalfPadding_WorkedOutByHand()
    {
        Assert.Equal(new Window2D(6, 5, 3, 3, 2, 2, 1, 1, 3, 3), Window2D.Half(6, 5, 3, 2));
        Assert.Equal(0, Window2D.Same(6, 6, 3, 2).PadTop);
        Assert.Equal((112, 3), (Window2D.Half(224, 224, 7, 2).OutHeight, Window2D.Half(224, 224, 7, 2).PadTop));
        using var backend = new Backends.Cpu.CpuBackend(1);
        var means = TestModels.Build(new Shape(1, 6, 1), (b, x) => b.AveragePool(x, 3, 2, Padding.Half));
        var maxima = TestModels.Build(new Shape(1, 6, 1), (b, x) => b.MaxPool(x, 3, 2, Padding.Half));
        float[] row = [-1, -2, -4, 8, 16, 40];
        Assert.Equal([-1.5f, 2 / 3f, 64 / 3f], TestModels.Infer<float>(backend, TestModels.Random(means, 1), row, 1));
        Assert.Equal([-1, 8, 40], TestModels.Infer<float>(backend, TestModels.Random(maxima, 1), row, 1));
    }
}
