using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.PostTraining;

/// <summary>Small calibration sets and layers for the tests of post-training passes.</summary>
internal static class CalibrationSamples
{
    private static readonly Preprocessing Bytes = new(1);

    /// <summary>Samples whose bytes are the values themselves.</summary>
    public static CalibrationData Of(Backend backend, Shape sample, params byte[] values)
    {
        var count = values.Length / (int)sample.Count;
        return new(backend, new ImageDataset("given", values, new byte[count], sample, 2), Bytes);
    }

    /// <summary>
    /// Random samples from 0 to 1 whose neighbouring values are alike, as those of pictures and activations are: each value is the mean of
    /// a draw and the value before it.
    /// </summary>
    public static CalibrationData Random(Backend backend, Shape sample, int count, ulong seed)
    {
        var values = Draw.Bytes(seed, count * (int)sample.Count);
        for (var i = 1; i < values.Length; i++)
            values[i] = (byte)((values[i] + values[i - 1]) / 2);
        return new(backend, new ImageDataset("random", values, new byte[count], sample, 2), Preprocessing.UnitRange);
    }

    /// <summary>A model of one dense layer with the given weights and biases of 0.</summary>
    public static Model Dense(int inputs, params float[] weights)
    {
        var units = weights.Length / inputs;
        return new(TestModels.Build(new Shape(inputs), (b, x) => b.Dense(x, units)), new ParameterSet(new Dictionary<string, Tensor>
        {
            ["dense1/kernel"] = Tensor.From<float>(weights, new Shape(units, inputs)),
            ["dense1/bias"] = new Tensor(DType.Float32, new Shape(units)),
        }));
    }

    /// <summary>Layers of all shapes: dense, convolutions with both paddings and strides, with a relu behind or without.</summary>
    public static Graph RandomLayer(ulong seed)
    {
        var draws = new RandomStream(seed, RandomPurpose.Test, 1);
        var (side, channels, units) = (draws.NextInt32(3, 7), draws.NextInt32(1, 5), draws.NextInt32(1, 9));
        var (kernel, stride) = (draws.NextInt32(1, 4), draws.NextInt32(1, 3));
        var padding = draws.NextBool() ? Padding.Same : Padding.Valid;
        var (isDense, isRectified) = (draws.NextInt32(0, 3) == 0, draws.NextBool());
        return TestModels.Build(new Shape(side, side, channels), (b, x) =>
        {
            var layer = isDense ? b.Dense(b.Flatten(x), units, name: "layer") : b.Conv2D(x, units, kernel, stride, padding, "layer");
            return isRectified ? b.Relu(layer) : layer;
        });
    }

    /// <summary>The mean squared difference of two models' outputs on calibration samples, computed in double by naive loops.</summary>
    public static double OutputError(Model exact, Model rounded, CalibrationData calibration)
    {
        var data = calibration.Data;
        double[] input = [.. data.Samples(data.Count).Select(b => (double)(b * calibration.Preprocessing.Scale))];
        var (first, second) = (new DoubleNet(exact.Graph, data.Count, false), new DoubleNet(rounded.Graph, data.Count, false));
        return first.Run(exact.Parameters.Doubles(), input).Zip(second.Run(rounded.Parameters.Doubles(), input),
            (a, b) => (a - b) * (a - b)).Average();
    }
}
