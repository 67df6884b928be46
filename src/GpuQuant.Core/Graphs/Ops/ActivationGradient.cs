using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>The step back through a fused activation, shared by the ops that fuse one.</summary>
internal static class ActivationGradient
{
    /// <summary>The gradient before the activation: the output's own if there is none, or if the layer after it takes it along.</summary>
    public static TensorView Emit(BackwardPass pass, Activation activation)
    {
        if (activation == Activation.None || pass.TryFuseIntoConsumer(activation))
            return pass.OutputGradient;
        var gradient = pass.Scratch("activation.gradient", DType.Float32, pass.OutputGradient.Shape);
        pass.Emit(new ActivationBackwardCall(activation, pass.Output, pass.OutputGradient, gradient));
        return gradient;
    }
}
