using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>
/// Small random nets of every layer that integers can compute, each with a sum and a concatenation, random weights, and images for them:
/// kernels 1, 3 and 5, strides 1 and 2, both paddings, batch normalizations that can be folded and that cannot, relu and relu6 everywhere.
/// </summary>
internal sealed class RandomNets
{
    private static readonly double[] Deviations = [0.1, 0.3, 1];
    private readonly GraphBuilder _builder = new();
    private readonly RandomStream _random;
    private readonly bool _hasFloatLayers;

    private RandomNets(RandomStream random, bool hasFloatLayers) => (_random, _hasFloatLayers) = (random, hasFloatLayers);

    /// <summary>One net.</summary>
    /// <param name="seed">Which.</param>
    /// <param name="images">How many images.</param>
    /// <param name="hasFloatLayers">
    /// Whether it may have means, batch normalizations and a softmax, which deployments between dequantized values compute in float.
    /// </param>
    public static (Model Model, ImageDataset Images) Draw(ulong seed, int images, bool hasFloatLayers = true)
    {
        var random = new RandomStream(seed, RandomPurpose.Test);
        var (height, width, channels) = (random.NextInt32(4, 9), random.NextInt32(4, 9), random.NextInt32(1, 5));
        var graph = new RandomNets(random, hasFloatLayers).Build(new Shape(height, width, channels));
        var model = TestModels.Random(graph, seed, Deviations[random.NextInt32(0, Deviations.Length)]);
        return (model, SmallImages.Random(images, height, width, channels, seed));
    }

    private Graph Build(Shape input)
    {
        List<Func<Node, Node>> layers = [Sum, Concatenation];
        for (var more = _random.NextInt32(0, 4); more > 0; more--)
            layers.Insert(_random.NextInt32(0, layers.Count + 1), Layer);
        if (OneIn(2))
            layers.Reverse();
        var x = layers.Aggregate(_builder.Input(input), (x, layer) => layer(x));
        return _builder.Build(OneIn(3) ? x : Head(_builder.Flatten(x)));
    }

    private Node Layer(Node x) => _random.NextInt32(0, _hasFloatLayers ? 5 : 3) switch
    {
        0 => Activated(Convolution(x, _random.NextInt32(1, 7), _random.NextInt32(1, 3))),
        1 => _builder.Add(Pool(x, PoolKind.Max), [x]),
        2 => Activated(Activated(x)),
        3 => _builder.Add(Pool(x, PoolKind.Average), [x]),
        _ => Activated(_builder.BatchNorm(x)),
    };

    /// <summary>Of a layer with itself, with what was before it, or of two layers.</summary>
    private Node Sum(Node x)
    {
        var branch = Branch(x);
        var channels = branch.Output.Shape[^1];
        var other = channels == x.Output.Shape[^1] && OneIn(2) ? x : OneIn(6) ? branch : Convolution(x, channels, 1);
        return Activated(Normalized(_builder.Add(branch, other)));
    }

    /// <summary>Of two or three parts, one of which may come twice.</summary>
    private Node Concatenation(Node x)
    {
        List<Node> parts = [Branch(x), OneIn(2) ? x : Branch(x)];
        if (OneIn(3))
            parts.Add(OneIn(3) ? parts[0] : Branch(x));
        return Activated(Normalized(_builder.Concat(parts)));
    }

    /// <summary>A layer whose image is as large as its input.</summary>
    private Node Branch(Node x) => OneIn(4)
        ? _builder.MaxPool(x, 3, stride: 1, padding: Padding.Same)
        : Activated(Normalized(Convolution(x, OneIn(2) ? x.Output.Shape[^1] : _random.NextInt32(1, 6), 1)));

    private Node Convolution(Node x, int channels, int stride)
    {
        var kernel = 2 * _random.NextInt32(0, 3) + 1;
        var fits = kernel <= Math.Min(x.Output.Shape[0], x.Output.Shape[1]);
        return _builder.Conv2D(x, channels, kernel, stride, stride > 1 && fits && OneIn(2) ? Padding.Valid : Padding.Same);
    }

    private Pool2DOp Pool(Node x, PoolKind kind)
    {
        var size = _random.NextInt32(1, Math.Min(3, Math.Min(x.Output.Shape[0], x.Output.Shape[1])) + 1);
        return new Pool2DOp(kind, size, _random.NextInt32(1, 3), OneIn(2) ? Padding.Same : Padding.Valid);
    }

    /// <summary>Vectors: dense layers, perhaps two side by side, perhaps classes.</summary>
    private Node Head(Node x)
    {
        var y = Activated(_builder.Dense(x, _random.NextInt32(1, 9)));
        y = OneIn(3) ? Activated(_builder.Concat([y, _builder.Dense(x, _random.NextInt32(1, 5))])) : y;
        y = OneIn(3) ? _builder.Add(y, _builder.Dense(y, y.Output.Shape[0])) : y;
        return _hasFloatLayers && OneIn(2) ? _builder.Softmax(y) : y;
    }

    private Node Normalized(Node x) => _hasFloatLayers && OneIn(2) ? _builder.BatchNorm(x) : x;

    private Node Activated(Node x) => _random.NextInt32(0, 3) switch
    {
        0 => x,
        1 => _builder.Relu(x),
        _ => _builder.Activate(x, Activation.Relu6),
    };

    private bool OneIn(int count) => _random.NextInt32(0, count) == 0;
}
