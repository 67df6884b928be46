using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Models;

/// <summary>The study's nets for 32x32 colour images: sizes from the definition, counted by hand.</summary>
public class ImageNetsTests
{
    private static readonly Graph Resnet = new Resnet20().Build(new Shape(32, 32, 3), 10);

    private static readonly Graph Nin = new Nin().Build(new Shape(32, 32, 3), 10);

    [Fact]
    public void Resnet20_Parameters_AreThoseOfTheDefinition()
    {
        const int first = 27 * 16 + 16;
        const int stage16 = 3 * (2 * 64 + 2 * (144 * 16 + 16));
        const int widen32 = 64 + 144 * 32 + 32 + 128 + 288 * 32 + 32 + 16 * 32 + 32;
        const int stage32 = widen32 + 2 * (2 * 128 + 2 * (288 * 32 + 32));
        const int widen64 = 128 + 288 * 64 + 64 + 256 + 576 * 64 + 64 + 32 * 64 + 64;
        const int stage64 = widen64 + 2 * (2 * 256 + 2 * (576 * 64 + 64));
        const int last = 256 + 640 + 10;
        Assert.Equal(274_442, first + stage16 + stage32 + stage64 + last);
        Assert.Equal(274_442, Resnet.Parameters.Sum(p => p.Spec.Shape.Count));
        // Twenty weighted layers and the two projections.
        Assert.Equal(22, Resnet.Nodes.Count(node => node.Op is Conv2DOp or DenseOp));
    }

    [Fact]
    public void Nin_Parameters_AreThoseOfTheDefinition()
    {
        const int block1 = 75 * 192 + 192 + 192 * 160 + 160 + 160 * 96 + 96 + 4 * (192 + 160 + 96);
        const int block2 = 25 * 96 * 192 + 192 + 2 * (192 * 192 + 192) + 4 * 3 * 192;
        const int block3 = 9 * 192 * 192 + 192 + 192 * 192 + 192 + 192 * 10 + 10 + 4 * (192 + 192 + 10);
        Assert.Equal(972_658, block1 + block2 + block3);
        Assert.Equal(972_658, Nin.Parameters.Sum(p => p.Spec.Shape.Count));
    }

    [Fact]
    public void Resnet20_Shapes_HalveTwice()
    {
        var sums = Resnet.Nodes.Where(node => node.Op is AddOp).Select(node => node.Output.Shape.ToString());
        Assert.Equal([.. Enumerable.Repeat("32x32x16", 3), .. Enumerable.Repeat("16x16x32", 3), .. Enumerable.Repeat("8x8x64", 3)], sums);
        Assert.Equal(9, Resnet.Nodes.Count(node => node.Op is DropoutOp { Rate: 0.5f }));
        Assert.Equal(19, Resnet.Nodes.Count(node => node.Op is BatchNormOp { Momentum: 0.99f, Epsilon: 1e-3f }));
    }

    [Fact]
    public void Resnet20_Projections_TakeTheRawBlockInput()
    {
        var projections = Resnet.Nodes.Where(node => node.Op is Conv2DOp { Kernel: 1 }).ToArray();
        Assert.Equal(2, projections.Length);
        Assert.All(projections, node => Assert.True(node is { Op: Conv2DOp { Stride: 2 }, Inputs: [{ Op: AddOp }] }));
    }

    [Fact]
    public void Nin_Shapes_AreThoseOfThePools()
    {
        var pools = Nin.Nodes.Where(node => node.Op is Pool2DOp).Select(node => node.Output.Shape.ToString());
        Assert.Equal(["16x16x96", "8x8x192", "1x1x10"], pools);
        Assert.Equal(9, Nin.Nodes.Count(node => node.Op is BatchNormOp));
    }

    [Fact]
    public void Kernels_OfBothNets_HaveTheStudysL2AndBiasesNone()
    {
        foreach (var (name, spec) in Resnet.Parameters.Concat(Nin.Parameters))
            Assert.Equal(spec.Name == "kernel" ? 1e-6f : 0, spec.L2);
        Assert.All(Resnet.Parameters.Where(p => p.Spec.Name == "kernel"), p => Assert.Same(Initializer.HeNormal, p.Spec.Initializer));
        Assert.All(Nin.Parameters.Where(p => p.Spec.Name == "kernel"), p =>
            Assert.Equal(Initializer.Normal(p.Spec.Shape[1] > 1 ? 0.01f : 0.05f), p.Spec.Initializer));
    }

    [Fact]
    public void GlobalAveragePool_OfNoImage_NamesTheShape()
    {
        var b = new GraphBuilder();
        var error = Assert.Throws<UsageException>(() => b.GlobalAveragePool(b.Input(new Shape(4))));
        Assert.Equal("Global average pooling takes images, got 4 from layer 'input'.", error.Message);
    }
}
