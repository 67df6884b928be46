using System.Text.Json.Serialization;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// What a node of a graph computes: its shape rule, its parameters, and its forward and backward pass written in backend primitives.
/// An op is an immutable record whose properties are its attributes; they are stored with the model.
/// </summary>
public abstract record Op
{
    /// <summary>The name in summaries and model files: the class's name without "Op".</summary>
    [JsonIgnore]
    public string Kind => GetType().Name[..^2];

    /// <summary>What layer names begin with when none is given: <c>conv</c> makes <c>conv1</c>, <c>conv2</c>.</summary>
    protected internal abstract string Stem { get; }

    /// <summary>The output's type.</summary>
    /// <exception cref="UsageException">The inputs do not fit; the builder adds the layer's name.</exception>
    public abstract TensorType Infer(IReadOnlyList<TensorType> inputs);

    /// <summary>The parameters that the op needs for such inputs.</summary>
    public virtual IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) => [];

    /// <summary>Emits the calls that compute the output.</summary>
    public abstract void Forward(ForwardPass pass);

    /// <summary>Emits the calls that compute the gradients of inputs and parameters.</summary>
    /// <exception cref="UsageException">The op has no gradient.</exception>
    public virtual void Backward(BackwardPass pass) =>
        throw new UsageException($"Layer '{pass.Node.Name}' ({Kind}) has no gradient; such a model can be evaluated, not trained.");

    /// <summary>Throws unless the op gets as many inputs as it takes.</summary>
    protected static void ExpectInputs(IReadOnlyList<TensorType> inputs, int count)
    {
        if (inputs.Count != count)
            throw new UsageException($"takes {count} input{(count == 1 ? "" : "s")}, got {inputs.Count}");
    }

    /// <summary>The only input, which must hold int8 or int16 and have that rank (0: any rank).</summary>
    protected static TensorType ExpectIntegers(IReadOnlyList<TensorType> inputs, int rank = 0) =>
        inputs is [{ Type: DType.Int16 }]
            ? new(DType.Int16, Expect(inputs, DType.Int16, rank))
            : new(DType.Int8, Expect(inputs, DType.Int8, rank));

    /// <summary>The only input, which must have that element type and rank (0: any rank).</summary>
    protected static Shape Expect(IReadOnlyList<TensorType> inputs, DType type, int rank = 0)
    {
        ExpectInputs(inputs, 1);
        if (inputs[0].Type != type || (rank > 0 && inputs[0].Shape.Rank != rank))
            throw new UsageException($"takes a {type} input{(rank > 0 ? $" of rank {rank}" : "")}, got {inputs[0]}");
        return inputs[0].Shape;
    }
}
