using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;
using Tensor = TorchSharp.torch.Tensor;

namespace GpuQuant.Peers;

/// <summary>How libtorch runs a net.</summary>
/// <param name="IsChannelsLast">Whether images lie channels last, as ours do, or channels first, libtorch's default.</param>
/// <param name="HasExactPadding">
/// Whether windows with an odd padding get it at the end, as TensorFlow has it: libtorch needs an extra layer for that. Where only the
/// time is asked for, the same number of windows is laid symmetrically, without it.
/// </param>
internal sealed record TorchForm(bool IsChannelsLast, bool HasExactPadding)
{
    public string Layout => IsChannelsLast ? "channels last" : "channels first";
}

/// <summary>One of our graphs in libtorch's eager mode, with the same weights.</summary>
internal sealed class TorchNet : IDisposable
{
    private readonly Graph _graph;
    private readonly TorchForm _form;
    private readonly Dictionary<string, Tensor> _tensors = [];
    private readonly List<(Parameter Value, double L2)> _parameters = [];

    public TorchNet(Model model, TorchForm form)
    {
        (_graph, _form) = (model.Graph, form);
        foreach (var node in _graph.Nodes)
            foreach (var spec in node.Parameters)
            {
                var value = Arrange(node, model.Parameters[node.FullName(spec)]);
                if (spec.Trainable)
                {
                    var parameter = new Parameter(value);
                    _parameters.Add((parameter, spec.L2));
                    value = parameter;
                }
                _tensors[node.FullName(spec)] = value;
            }
    }

    /// <summary>Parameters in groups of one L2 factor, for an optimizer: l2 w^2 in the loss is what it calls weight decay 2 l2.</summary>
    public IEnumerable<(IEnumerable<Parameter> Parameters, double WeightDecay)> Groups =>
        _parameters.GroupBy(p => p.L2).Select(group => (group.Select(p => p.Value), 2 * group.Key));

    /// <summary>Images, given channels last, in the memory layout of this net.</summary>
    public Tensor Images(float[] pixels, Shape sample)
    {
        using var scope = NewDisposeScope();
        var images = torch.tensor(pixels).reshape(-1, sample[0], sample[1], sample[2]).permute(0, 3, 1, 2);
        return (_form.IsChannelsLast ? images : images.contiguous()).MoveToOuterDisposeScope();
    }

    /// <summary>The logits.</summary>
    public Tensor Logits(Tensor images, bool isTraining)
    {
        var values = new Dictionary<Node, Tensor>();
        foreach (var node in _graph.Nodes)
            values[node] = node.Op switch
            {
                InputOp => images,
                SoftmaxOp => values[node.Inputs[0]],
                _ => Layer(node, values[node.Inputs[0]], values, isTraining),
            };
        return values[_graph.Output];
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values)
            tensor.Dispose();
    }

    private Tensor Layer(Node node, Tensor x, Dictionary<Node, Tensor> values, bool isTraining) => node.Op switch
    {
        Conv2DOp op => Convolve(node, op, x),
        DenseOp => linear(x, Of(node, "kernel"), Of(node, "bias")),
        ActivationOp { Activation: Activation.Relu } => relu(x, inplace: _graph.Consumers[node.Inputs[0]] == 1),
        BatchNormOp op => batch_norm(x, Of(node, "mean"), Of(node, "variance"), Of(node, "gamma"), Of(node, "beta"), isTraining,
            1 - op.Momentum, op.Epsilon),
        Pool2DOp op => Pool(node, op, x),
        DropoutOp op => dropout(x, op.Rate, isTraining),
        AddOp => x + values[node.Inputs[1]],
        FlattenOp => x.flatten(1),
        _ => throw new UsageException($"Layer '{node.Name}' ({node.Op.Kind}) has no form in libtorch here."),
    };

    private Tensor Convolve(Node node, Conv2DOp op, Tensor x)
    {
        var window = op.Window(node.Inputs[0].Output.Shape);
        var (padded, padding) = Pad(x, window, 0);
        return conv2d(padded, Of(node, "kernel"), op.HasBias ? Of(node, "bias") : null, [op.Stride, op.Stride], [padding, padding]);
    }

    private Tensor Pool(Node node, Pool2DOp op, Tensor x)
    {
        var window = op.Window(node.Inputs[0].Output.Shape);
        if (op.Pooling == PoolKind.Average)
            return window is { OutHeight: 1, OutWidth: 1 } ? adaptive_avg_pool2d(x, 1) : avg_pool2d(x, op.Size, op.Stride);
        var (padded, padding) = Pad(x, window, double.NegativeInfinity);
        return max_pool2d(padded, op.Size, op.Stride, padding);
    }

    /// <summary>The image to slide over, and the symmetric padding that the layer itself adds.</summary>
    private (Tensor Image, long Padding) Pad(Tensor x, Window2D window, double value)
    {
        var total = (window.OutHeight - 1) * window.StrideY + window.KernelHeight - window.Height;
        if (total <= 0)
            return (x, 0);
        if (total % 2 == 0 || !_form.HasExactPadding)
            return (x, (total + 1) / 2);
        return (pad(x, (window.PadLeft, total - window.PadLeft, window.PadTop, total - window.PadTop), PaddingModes.Constant, value), 0);
    }

    private Tensor Of(Node node, string name) => _tensors[$"{node.Name}/{name}"];

    /// <summary>Our layout to libtorch's: kernels (out, in, ky, kx); behind a flattened image, dense columns in its order.</summary>
    private Tensor Arrange(Node node, Numerics.Tensor value)
    {
        using var scope = NewDisposeScope();
        var tensor = torch.tensor(value.Span<float>().ToArray()).reshape([.. value.Shape.Select(d => (long)d)]);
        if (node.Op is Conv2DOp && value.Shape.Rank == 4)
        {
            tensor = tensor.permute(0, 3, 1, 2);
            tensor = _form.IsChannelsLast ? tensor : tensor.contiguous();
        }
        else if (node.Op is DenseOp && value.Shape.Rank == 2 && node.Inputs[0].Op is FlattenOp
            && node.Inputs[0].Inputs[0].Output.Shape is { Rank: 3 } image)
        {
            tensor = tensor.reshape(value.Shape[0], image[0], image[1], image[2]).permute(0, 3, 1, 2).reshape(value.Shape[0], -1);
        }
        return tensor.MoveToOuterDisposeScope();
    }
}
