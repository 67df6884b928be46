using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>What an op sees while its backward pass is planned.</summary>
public sealed class BackwardPass
{
    private readonly Plan _plan;
    private readonly TensorView?[] _inputGradients;

    internal BackwardPass(Plan plan, Node node, TensorView outputGradient)
    {
        (_plan, Node, OutputGradient) = (plan, node, outputGradient);
        _inputGradients = new TensorView?[node.Inputs.Count];
    }

    /// <summary>The layer being planned.</summary>
    public Node Node { get; }

    /// <summary>Samples per batch.</summary>
    public int Batch => _plan.Batch;

    /// <summary>Whether the forward pass was that of training, with statistics of the batch and draws.</summary>
    public bool IsTraining => _plan.IsTraining;

    /// <summary>The layer's number among those with ops of its kind: 0, 1, ...</summary>
    public int Ordinal => _plan.Ordinal(Node);

    /// <summary>Where random draws of this step stand: seed, epoch and samples, as <see cref="DropoutCall"/> takes them.</summary>
    public TensorView RandomPosition => _plan.RandomPosition;

    /// <summary>How the samples of this step are mixed, batch x batch (<see cref="MixSamplesOp"/>).</summary>
    public TensorView Mixing => _plan.Mixing;

    /// <summary>The gradient of the loss with respect to the output. Others may read it too: do not write into it.</summary>
    public TensorView OutputGradient { get; }

    /// <summary>The forward output.</summary>
    public TensorView Output => _plan.Value(Node);

    /// <summary>A forward input.</summary>
    public TensorView Input(int index = 0) => _plan.Value(Node.Inputs[index]);

    /// <summary>One of the layer's parameters.</summary>
    public TensorView Parameter(string name) => _plan.Parameter($"{Node.Name}/{name}");

    /// <summary>Where a parameter's gradient goes; overwritten.</summary>
    public TensorView ParameterGradient(string name) => _plan.ParameterGradient($"{Node.Name}/{name}");

    /// <summary>What the forward pass put into scratch memory under that name.</summary>
    public TensorView Saved(string name) => _plan.Saved(Node, name);

    /// <summary>Memory for values between calls of this pass.</summary>
    public TensorView Scratch(string name, DType type, Shape shape) => _plan.Scratch(Node, name, type, shape);

    /// <summary>The fake-quantizer that the layer's own call applied to its output, or null.</summary>
    internal OutputQuantization? OutputQuantization => _plan.QuantizationOf(Node);

    /// <summary>Whether the call that computed the first input quantized it.</summary>
    internal bool IsInputQuantized() => _plan.QuantizationOf(Node.Inputs[0]) is not null;

    /// <summary>Whether anything needs an input's gradient: nothing does for the samples themselves, but for an attack.</summary>
    public bool NeedsInputGradient(int index = 0) => _plan.NeedsGradient(Node.Inputs[index]);

    /// <summary>Whether the output is the beginning of longer rows, and its gradient that of the rows.</summary>
    internal bool HasGrowingOutput => _plan.IsGrowing(Node);

    /// <summary>
    /// Where a batch normalization's input gradient is added, if its input is the beginning of longer rows whose gradient is there
    /// already; else null.
    /// </summary>
    internal TensorView? GrowingInputGradient => _plan.GrowingGradient(Node.Inputs[0]);

    /// <summary>Where an input's gradient goes; overwritten.</summary>
    public TensorView InputGradient(int index = 0) =>
        _inputGradients[index] ??= Plan.NewStorage($"{Node.Name}.gradient{index}", DType.Float32, Input(index).Shape);

    /// <summary>Makes an input's gradient another view of existing bytes, in place of memory of its own.</summary>
    public void AliasInputGradient(int index, TensorView view) => _inputGradients[index] = view;

    /// <summary>Appends a call.</summary>
    public void Emit(KernelCall call) => _plan.Emit(call, Node);

    /// <summary>
    /// Whether the call that made the output's gradient can give that before the activation instead; then it does from now on.
    /// </summary>
    internal bool TryFuseIntoConsumer(Activation activation) => _plan.TryFuseIntoConsumer(Output, OutputGradient, activation);

    internal TensorView? TakeInputGradient(int index) => _inputGradients[index];
}
