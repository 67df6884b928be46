using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>How integer layers are computed.</summary>
public enum Arithmetic
{
    /// <summary>By the integer kernels: what is deployed.</summary>
    Native,
    /// <summary>By float kernels on integer-valued floats, split so that every sum is exact: the same integers, on any device.</summary>
    Simulated,
}

/// <summary>What an op sees while its forward pass is planned: its tensors, and a place to emit calls.</summary>
public sealed class ForwardPass
{
    private readonly Plan _plan;

    internal ForwardPass(Plan plan, Node node) => (_plan, Node) = (plan, node);

    /// <summary>The layer being planned.</summary>
    public Node Node { get; }

    /// <summary>Samples per batch.</summary>
    public int Batch => _plan.Batch;

    /// <summary>Whether the pass is one of training: with statistics of the batch and draws.</summary>
    public bool IsTraining => _plan.IsTraining;

    /// <summary>Whether a backward pass follows, be it that of training or of an attack on a net in evaluation.</summary>
    public bool HasBackward => _plan.HasBackward;

    /// <summary>Whether a recurrent layer keeps what goes from step to step: for the way back, or since someone looks at it.</summary>
    public bool KeepsSteps => _plan.HasBackward || _plan.ObservesSteps;

    /// <summary>The layer's number among those with ops of its kind: 0, 1, ...</summary>
    public int Ordinal => _plan.Ordinal(Node);

    /// <summary>Where random draws of this step stand: seed, epoch and samples, as <see cref="DropoutCall"/> takes them.</summary>
    public TensorView RandomPosition => _plan.RandomPosition;

    /// <summary>How the samples of this step are mixed, batch x batch (<see cref="MixSamplesOp"/>).</summary>
    public TensorView Mixing => _plan.Mixing;

    /// <summary>How integer layers are computed.</summary>
    public Arithmetic Arithmetic => _plan.Arithmetic;

    /// <summary>The output, batch first.</summary>
    public TensorView Output => _plan.Value(Node);

    /// <summary>An input, batch first.</summary>
    public TensorView Input(int index = 0) => _plan.Value(Node.Inputs[index]);

    /// <summary>The moments of an input's channels over the batch, 4 x channels (<see cref="MomentsCall"/>).</summary>
    public TensorView Moments(int index = 0) => _plan.Moments(Node.Inputs[index]);

    /// <summary>
    /// Has the call that computes the input quantize it, if that can: then the output is the input. Otherwise nothing happens.
    /// </summary>
    internal bool TryQuantizeInput(OutputQuantization quantization)
    {
        if (!_plan.TryQuantize(Node.Inputs[0], quantization))
            return false;
        AliasOutput(Input());
        return true;
    }

    /// <summary>One of the layer's parameters.</summary>
    public TensorView Parameter(string name) => _plan.Parameter($"{Node.Name}/{name}");

    /// <summary>Memory for values between calls of this layer, or kept for its backward pass (<see cref="BackwardPass.Saved"/>).</summary>
    public TensorView Scratch(string name, DType type, Shape shape) => _plan.Scratch(Node, name, type, shape);

    /// <summary>Makes the output another view of existing bytes, in place of memory of its own.</summary>
    public void AliasOutput(TensorView view) => _plan.SetValue(Node, view);

    /// <summary>Appends a call.</summary>
    public void Emit(KernelCall call) => _plan.Emit(call, Node);
}
