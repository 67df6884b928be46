using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training;

/// <summary>Adam (Kingma and Ba 2015) with Keras's defaults.</summary>
public sealed record Adam : Optimizer
{
    /// <inheritdoc/>
    public override string Name => "adam";

    /// <inheritdoc/>
    public override float LearningRate { get; init; } = 1e-3f;

    /// <summary>Decay of the first moment.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the second moment.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the root of the second moment.</summary>
    public float Epsilon { get; init; } = 1e-7f;

    /// <inheritdoc/>
    public override OptimizerState Start(DeviceParameters parameters)
    {
        var shape = parameters.Trainable!.Shape;
        var first = parameters.Take("adam.first_moment", DType.Float32, shape);
        var second = parameters.Take("adam.second_moment", DType.Float32, shape);
        var rate = parameters.Take("adam.rate", DType.Float32, new Shape(1));
        return new(
            [new AdamCall(parameters.Trainable, parameters.Gradients!, first, second, rate, Beta1, Beta2, Epsilon)], rate,
            new Dictionary<string, TensorView> { ["first_moment"] = first, ["second_moment"] = second },
            step => (float)(LearningRate * Math.Sqrt(1 - Power(Beta2, step)) / (1 - Power(Beta1, step))));
    }

    /// <summary>x^n by squaring: the same bits everywhere, which the system's pow does not promise.</summary>
    private static double Power(double x, long n)
    {
        var result = 1.0;
        for (; n > 0; n >>= 1, x *= x)
            if ((n & 1) != 0)
                result *= x;
        return result;
    }
}
