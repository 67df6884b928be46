using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>Builds a graph layer by layer; shapes are checked at once, and errors name the layer.</summary>
/// <example>
/// <code>
/// var b = new GraphBuilder();
/// var x = b.Input(new Shape(28, 28, 1));
/// x = b.Relu(b.Conv2D(x, 6, kernel: 5));
/// x = b.Softmax(b.Dense(b.Flatten(b.MaxPool(x, 2)), 10));
/// var graph = b.Build(x);
/// </code>
/// </example>
public sealed class GraphBuilder
{
    private readonly List<Node> _nodes = [];

    /// <summary>The samples' place; float32 unless said otherwise.</summary>
    public Node Input(Shape shape, DType type = DType.Float32, string? name = null) =>
        Add(new InputOp(new TensorType(type, shape)), [], name);

    /// <summary>A convolution with a square kernel.</summary>
    /// <param name="x">Height x width x channels.</param>
    /// <param name="channels">Output channels.</param>
    /// <param name="kernel">Rows and columns of the kernel.</param>
    /// <param name="stride">Pixels between outputs.</param>
    /// <param name="padding">How the border is treated.</param>
    /// <param name="name">The layer's name; <c>conv1</c>, <c>conv2</c>, ... if none is given.</param>
    /// <param name="initializer">How the kernel's first values are drawn; null: Glorot-uniform.</param>
    /// <param name="l2">The kernel's L2 factor.</param>
    /// <param name="hasBias">Whether a bias is added.</param>
    public Node Conv2D(Node x, int channels, int kernel, int stride = 1, Padding padding = Padding.Same, string? name = null,
        Initializer? initializer = null, float l2 = 0, bool hasBias = true) => Add(new Conv2DOp(channels, kernel, stride, padding)
        {
            Initializer = initializer ?? Initializer.GlorotUniform,
            L2 = l2,
            HasBias = hasBias,
        }, [x], name);

    /// <summary>A fully connected layer with a bias; Glorot-uniform unless another initializer is given.</summary>
    public Node Dense(Node x, int units, string? name = null, Initializer? initializer = null, float l2 = 0) =>
        Add(new DenseOp(units) { Initializer = initializer ?? Initializer.GlorotUniform, L2 = l2 }, [x], name);

    /// <summary>max(x, 0).</summary>
    public Node Relu(Node x, string? name = null) => Add(new ActivationOp(Activation.Relu), [x], name);

    /// <summary>Any activation.</summary>
    public Node Activate(Node x, Activation activation, string? name = null) => Add(new ActivationOp(activation), [x], name);

    /// <summary>The maximum over square windows; the stride is the window's size unless given.</summary>
    public Node MaxPool(Node x, int size, int? stride = null, Padding padding = Padding.Valid, string? name = null) =>
        Add(new Pool2DOp(PoolKind.Max, size, stride ?? size, padding), [x], name);

    /// <summary>The mean over square windows; the stride is the window's size unless given.</summary>
    public Node AveragePool(Node x, int size, int? stride = null, Padding padding = Padding.Valid, string? name = null) =>
        Add(new Pool2DOp(PoolKind.Average, size, stride ?? size, padding), [x], name);

    /// <summary>The mean of each channel over the whole image; a vector of channels.</summary>
    public Node GlobalAveragePool(Node x, string? name = null)
    {
        var shape = x.Output.Shape;
        if (shape.Rank != 3)
            throw new UsageException($"Global average pooling takes images, got {shape} from layer '{x.Name}'.");
        // A square window over the longer side covers the whole image; what lies outside it does not count.
        var padding = shape[0] == shape[1] ? Padding.Valid : Padding.Same;
        return Flatten(AveragePool(x, Math.Max(shape[0], shape[1]), padding: padding, name: name));
    }

    /// <summary>Dropout in training, nothing in evaluation.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="rate">The share of elements that become 0, from 0 to below 1.</param>
    /// <param name="name">The layer's name.</param>
    public Node Dropout(Node x, float rate, string? name = null) => Add(new DropoutOp(rate), [x], name);

    /// <summary>Dropout of whole channels, the last dimension, of a sample: a channel is 0 at all positions or at none.</summary>
    public Node SpatialDropout(Node x, float rate, string? name = null) => Add(new DropoutOp(rate) { IsSpatial = true }, [x], name);

    /// <summary>A vector for each word number.</summary>
    /// <param name="x">Word numbers, from 0 to below <paramref name="words"/>.</param>
    /// <param name="words">The words, the padding 0 included.</param>
    /// <param name="width">The length of a vector.</param>
    /// <param name="name">The layer's name.</param>
    public Node Embedding(Node x, int words, int width, string? name = null) => Add(new EmbeddingOp(words, width), [x], name);

    /// <summary>A long short-term memory over steps x values; its last state.</summary>
    public Node Lstm(Node x, int units, float recurrentDropout = 0, string? name = null) => Add(new LstmOp(units, recurrentDropout), [x], name);

    /// <summary>Gated recurrent units over steps x values; their last state.</summary>
    public Node Gru(Node x, int units, float recurrentDropout = 0, string? name = null) => Add(new GruOp(units, recurrentDropout), [x], name);

    /// <summary>Batch normalization over all dimensions but the last.</summary>
    public Node BatchNorm(Node x, float epsilon = 1e-3f, float momentum = 0.99f, string? name = null) =>
        Add(new BatchNormOp(epsilon, momentum), [x], name);

    /// <summary>a + b, of the same shape: residual connections.</summary>
    public Node Add(Node a, Node b, string? name = null) => Add(new AddOp(), [a, b], name);

    /// <summary>Two or more values side by side along the last dimension; the other dimensions must be equal.</summary>
    public Node Concat(IReadOnlyList<Node> parts, string? name = null) => Add(new ConcatOp(), parts, name);

    /// <summary>All elements of a sample in one dimension.</summary>
    public Node Flatten(Node x, string? name = null) => Add(new FlattenOp(), [x], name);

    /// <summary>Probabilities from logits, over the last dimension.</summary>
    public Node Softmax(Node x, string? name = null) => Add(new SoftmaxOp(), [x], name);

    /// <summary>Any op; how passes rebuild graphs.</summary>
    /// <exception cref="UsageException">The inputs do not fit the op, or the name is taken; names the layer.</exception>
    public Node Add(Op op, IReadOnlyList<Node> inputs, string? name = null)
    {
        name ??= NextName(op);
        if (_nodes.Any(node => node.Name == name))
            throw new UsageException($"Layer name '{name}' is used twice; names must be unique in a graph.");
        if (inputs.FirstOrDefault(input => !_nodes.Contains(input)) is { } foreign)
            throw new UsageException($"Layer '{name}' takes '{foreign.Name}', which belongs to another graph.");
        try
        {
            var node = new Node(name, op, inputs);
            _nodes.Add(node);
            return node;
        }
        catch (UsageException error)
        {
            throw new UsageException($"Layer '{name}' ({op.Kind}): {error.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>Gives a layer another op, and other inputs if any are given; for passes that fuse a layer into the one before it.</summary>
    internal Node Replace(Node node, Op op, IReadOnlyList<Node>? inputs = null)
    {
        var replacement = new Node(node.Name, op, inputs ?? node.Inputs);
        _nodes[_nodes.IndexOf(node)] = replacement;
        return replacement;
    }

    /// <summary>The finished graph. Layers that the output does not depend on are left out.</summary>
    /// <exception cref="UsageException">The output is another builder's, or depends on more than one input.</exception>
    public Graph Build(Node output)
    {
        if (!_nodes.Contains(output))
            throw new UsageException($"The output '{output.Name}' belongs to another graph.");
        var needed = new HashSet<Node>();
        Collect(output, needed);
        var inputs = needed.Count(node => node.Op is InputOp);
        return inputs == 1
            ? new Graph([.. _nodes.Where(needed.Contains)], output)
            : throw new UsageException($"A graph has one input; '{output.Name}' depends on {inputs}.");
    }

    private static void Collect(Node node, HashSet<Node> needed)
    {
        if (needed.Add(node))
            foreach (var input in node.Inputs)
                Collect(input, needed);
    }

    private string NextName(Op op)
    {
        var stem = op.Stem;
        for (var i = 1; ; i++)
        {
            var name = stem + i.ToString(CultureInfo.InvariantCulture);
            if (_nodes.All(node => node.Name != name))
                return op is InputOp ? "input" : name;
        }
    }
}
