using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// A program while it is being planned: the calls in order, and every tensor before it has a place. A graph, a batch size and, for
/// training, a loss go in; <see cref="GraphProgram"/> places the tensors and binds the calls.
/// </summary>
internal sealed class Plan
{
    private readonly Dictionary<Node, TensorView> _values = [];
    private readonly Dictionary<Node, TensorView> _gradients = [];
    private readonly Dictionary<(Node, string), TensorView> _saved = [];
    private readonly Dictionary<Node, TensorView> _moments = [];
    private readonly Dictionary<Node, OutputQuantization> _quantizations = [];
    private readonly HashSet<Node> _needGradient = [];
    private Dictionary<Node, Node> _wholes = [];
    private readonly TensorView _randomPosition, _mixing;
    private readonly Func<string, TensorView> _parameter;
    private readonly Func<string, TensorView> _parameterGradient;

    public Plan(Graph graph, int batch, bool isTraining, Arithmetic arithmetic,
        Func<string, TensorView> parameter, Func<string, TensorView> parameterGradient, bool needsInputGradient = false)
    {
        if (batch < 1)
            throw new UsageException($"Batch size {batch} was asked for; it must be at least 1.");
        (Graph, Batch, IsTraining, Arithmetic) = (graph, batch, isTraining, arithmetic);
        HasBackward = isTraining || needsInputGradient;
        (_parameter, _parameterGradient) = (parameter, parameterGradient);
        _randomPosition = NewStorage("random_position", DType.Int32, new Shape(DropoutCall.PositionHeader + batch));
        _mixing = NewStorage("mixing", DType.Float32, new Shape(batch, batch));
        foreach (var node in graph.Nodes)
            if (node.Parameters.Any(p => p.Trainable) || node.Inputs.Any(_needGradient.Contains) || (needsInputGradient && node == graph.Input))
                _needGradient.Add(node);
    }

    public Graph Graph { get; }

    public int Batch { get; }

    public bool IsTraining { get; }

    public bool HasBackward { get; }

    public Arithmetic Arithmetic { get; }

    /// <summary>Whether an op draws random numbers.</summary>
    public bool IsRandom { get; private set; }

    /// <summary>The position of a step's random draws; set before each step where an op asks for it.</summary>
    public TensorView RandomPosition
    {
        get
        {
            IsRandom = true;
            return _randomPosition;
        }
    }

    /// <summary>Whether an op mixes the samples of a batch.</summary>
    public bool Mixes { get; private set; }

    /// <summary>How the samples of a step are mixed (<see cref="MixSamplesOp"/>); set before each step where an op asks for it.</summary>
    public TensorView Mixing
    {
        get
        {
            Mixes = true;
            return _mixing;
        }
    }

    /// <summary>The calls with the layer each belongs to (null: the loss, the optimizer).</summary>
    public List<(KernelCall Call, Node? Node)> Calls { get; } = [];

    /// <summary>Whether calls look at what goes from step to step in recurrent layers.</summary>
    public bool ObservesSteps { get; private set; }

    /// <summary>
    /// Plans the layers up to one; <paramref name="observe"/> adds a call after each that looks at its output,
    /// <paramref name="observeSteps"/> one that looks at what goes from step to step.
    /// </summary>
    public void Forward(
        Node upTo, Func<Node, TensorView, KernelCall?>? observe = null, Func<Node, string, TensorView, KernelCall?>? observeSteps = null)
    {
        ObservesSteps = observeSteps is not null;
        // Whoever looks at values sees each by itself, and in evaluation a normalization's gradient has no call that adds into rows.
        if (observe is null && (IsTraining || !HasBackward))
            _wholes = GrowingValues.Wholes(Graph, upTo);
        foreach (var node in Graph.Nodes)
        {
            node.Op.Forward(new ForwardPass(this, node));
            if (observe?.Invoke(node, Value(node)) is { } call)
                Emit(call, node);
            foreach (var name in ObservesSteps && node.Op is RecurrentOp layer ? layer.StepNames : [])
                if (observeSteps!(node, name, Saved(node, name)) is { } look)
                    Emit(look, node);
            if (node == upTo)
                return;
        }
    }

    /// <summary>Walks back from a node whose gradient is known.</summary>
    public void Backward(Node from, TensorView gradient)
    {
        _gradients[from] = gradient;
        foreach (var node in Graph.Nodes.Reverse())
        {
            if (!_gradients.TryGetValue(node, out var outputGradient) || node.Op is InputOp)
                continue;
            var pass = new BackwardPass(this, node, outputGradient);
            node.Op.Backward(pass);
            for (var i = 0; i < node.Inputs.Count; i++)
                if (pass.TakeInputGradient(i) is { } inputGradient)
                    AddGradient(node.Inputs[i], inputGradient);
        }
    }

    /// <summary>The gradient of a node's output, once <see cref="Backward"/> has come by.</summary>
    public TensorView Gradient(Node node) => _gradients[node];

    /// <summary>A layer's output; one that grows into a longer one has that one's rows, of which the first columns are its own.</summary>
    public TensorView Value(Node node)
    {
        if (_wholes.TryGetValue(node, out var whole))
            return Value(whole);
        if (!_values.TryGetValue(node, out var view))
            _values[node] = view = NewStorage(node.Name, node.Output.Type, node.Output.Shape.Prepend(Batch));
        return view;
    }

    public void SetValue(Node node, TensorView view) => _values[node] = view;

    /// <summary>Whether a value is the beginning of a longer one's rows.</summary>
    public bool IsGrowing(Node node) => _wholes.ContainsKey(node);

    /// <summary>The gradient of a value that grows into a longer one, where the others who take it add theirs; null for other values.</summary>
    public TensorView? GrowingGradient(Node node) => IsGrowing(node) ? _gradients.GetValueOrDefault(node) : null;

    public TensorView Parameter(string name) => _parameter(name);

    public TensorView ParameterGradient(string name) => _parameterGradient(name);

    public TensorView Scratch(Node node, string name, DType type, Shape shape) =>
        _saved[(node, name)] = NewStorage($"{node.Name}.{name}", type, shape);

    public TensorView Saved(Node node, string name) => _saved[(node, name)];

    public int Ordinal(Node node) => Graph.Nodes.TakeWhile(other => other != node).Count(other => other.Op.GetType() == node.Op.GetType());

    public bool NeedsGradient(Node node) => _needGradient.Contains(node);

    /// <summary>
    /// The moments of a node's output, 4 x channels: from the convolution that computes it, if that is the last thing done to it, from
    /// those of its parts, which no other channel changes, or from a call of their own.
    /// </summary>
    public TensorView Moments(Node node)
    {
        if (_moments.TryGetValue(node, out var moments))
            return moments;
        var value = Value(node);
        _moments[node] = moments = NewStorage($"{node.Name}.moments", DType.Float32, new Shape(4, node.Output.Shape[^1]));
        var last = LastWriter(value);
        if (node.Op is ConcatOp)
            ConcatOp.ForEachPart(node, (index, column, columns) =>
                Emit(new CopyColumnsCall(Moments(node.Inputs[index]), 0, moments, column, columns), node));
        else if (last >= 0 && Calls[last].Call is Conv2DForwardCall { Activation: Activation.None } convolution && convolution.Output == value)
            Calls[last] = (convolution with { Moments = moments }, Calls[last].Node);
        else
            Emit(new MomentsCall(value, moments), node);
        return moments;
    }

    /// <summary>
    /// Makes a gradient that comes straight from a max-pooling, the only consumer of a value, the one before the activation that
    /// computed the value. (Gradients of several consumers are summed: then the last writer is not the pooling.)
    /// </summary>
    public bool TryFuseIntoConsumer(TensorView value, TensorView gradient, Activation activation)
    {
        var last = LastWriter(gradient);
        if (last < 0 || Calls[last].Call is not Pool2DBackwardCall { Kind: PoolKind.Max, Activation: Activation.None } pooling
            || pooling.Input != value || pooling.InputGradient != gradient)
            return false;
        Calls[last] = (pooling with { Activation = activation }, Calls[last].Node);
        return true;
    }

    /// <summary>
    /// Has a batch normalization fake-quantize its output, of which nothing else must be there. Its call knows the range beforehand, as
    /// long as its activation is monotone in float32 too.
    /// </summary>
    public bool TryQuantize(Node node, OutputQuantization quantization)
    {
        var value = Value(node);
        var last = LastWriter(value);
        if (Graph.Consumers[node] != 1 || last < 0 || Calls[last].Call is not BatchNormForwardCall
            { Quantization: null, Activation: Activation.None or Activation.Relu or Activation.Relu6 } call || call.Output != value)
            return false;
        Calls[last] = (call with { Quantization = quantization }, Calls[last].Node);
        _quantizations[node] = quantization;
        return true;
    }

    public OutputQuantization? QuantizationOf(Node node) => _quantizations.GetValueOrDefault(node);

    public void Emit(KernelCall call, Node? node = null) => Calls.Add((call, node));

    public static TensorView NewStorage(string name, DType type, Shape shape) =>
        new(new Storage(name, shape.Count * type.Size()), type, shape);

    private int LastWriter(TensorView value) =>
        Calls.FindLastIndex(entry => entry.Call.Writes.Any(view => view.Storage == value.Storage));

    private void AddGradient(Node node, TensorView part)
    {
        if (!_gradients.TryGetValue(node, out var other))
        {
            _gradients[node] = part;
            return;
        }
        // A gradient may alias another tensor, so the sum gets memory of its own.
        var sum = NewStorage($"{node.Name}.gradient", DType.Float32, part.Shape);
        Emit(new BinaryCall(BinaryKind.Add, other, part, sum), node);
        _gradients[node] = sum;
    }
}
