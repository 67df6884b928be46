using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Fuses the planned calls of an inference: a batch normalization or an addition that is alone in using a convolution's output becomes
/// part of that convolution, which then writes one tensor where two or three were written and read.
/// </summary>
internal sealed class FuseCalls
{
    private readonly List<(KernelCall Call, Node? Node)> _calls;
    private readonly TensorView _output;

    private FuseCalls(List<(KernelCall Call, Node? Node)> calls, TensorView output) => (_calls, _output) = (calls, output);

    /// <summary>Changes the list of calls; <paramref name="output"/> is what the program gives in the end.</summary>
    public static void Apply(List<(KernelCall Call, Node? Node)> calls, TensorView output)
    {
        var pass = new FuseCalls(calls, output);
        for (var i = 0; i < calls.Count;)
            if (!(calls[i].Call switch
            {
                BatchNormInferenceCall call => pass.TryNormalize(i, call),
                BinaryCall { Kind: BinaryKind.Add } call => pass.TryAdd(i, call),
                _ => false,
            }))
                i++;
    }

    /// <summary>Conv, then batch normalization: a factor and a summand per channel.</summary>
    private bool TryNormalize(int index, BatchNormInferenceCall normalization)
    {
        var at = Convolution(index, normalization.Input);
        if (at < 0 || _calls[at].Call is not Conv2DForwardCall { Scale: null, Residual: null } convolution)
            return false;
        var node = _calls[index].Node;
        var (scale, shift) = (PerChannel("scale"), PerChannel("shift"));
        _calls[at] = (convolution with
        {
            Scale = scale,
            Shift = shift,
            Activation = normalization.Activation,
            Output = normalization.Output,
        }, _calls[at].Node);
        _calls.RemoveAt(index);
        _calls.Insert(at, (new BatchNormAffineCall(normalization.Gamma, normalization.Beta, normalization.Mean, normalization.Variance,
            scale, shift, normalization.Epsilon), node));
        return true;

        TensorView PerChannel(string name) =>
            Plan.NewStorage($"{node?.Name}.{name}", DType.Float32, new Shape(normalization.Mean.Count));
    }

    /// <summary>Conv, then the sum with something computed before it.</summary>
    private bool TryAdd(int index, BinaryCall addition)
    {
        var (a, b) = (Convolution(index, addition.A), Convolution(index, addition.B));
        var (at, other) = a > b ? (a, addition.B) : (b, addition.A);
        if (at < 0 || Writer(index, other) > at
            || _calls[at].Call is not Conv2DForwardCall { Residual: null, Activation: Activation.None } convolution)
            return false;
        _calls[at] = (convolution with { Residual = other, Output = addition.Output }, _calls[at].Node);
        _calls.RemoveAt(index);
        return true;
    }

    /// <summary>The convolution that computes a value which only the call at <paramref name="reader"/> uses, or -1.</summary>
    private int Convolution(int reader, TensorView value)
    {
        var writer = Writer(reader, value);
        var isAlone = value.Storage != _output.Storage
            && _calls.Count(entry => entry.Call.Reads.Any(view => view.Storage == value.Storage)) == 1
            && _calls.Count(entry => entry.Call.Writes.Any(view => view.Storage == value.Storage)) == 1;
        return isAlone && writer >= 0 && _calls[writer].Call is Conv2DForwardCall { Activation: Activation.None, Moments: null } call
            && call.Output == value ? writer : -1;
    }

    /// <summary>The last call before that index which writes into a value's storage, or -1: the program's input, a parameter.</summary>
    private int Writer(int before, TensorView value)
    {
        while (--before >= 0 && _calls[before].Call.Writes.All(view => view.Storage != value.Storage))
        {
        }
        return before;
    }
}
