using GpuQuant.Backends.Cpu;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.PostTraining;

public sealed class GptqTests : IDisposable
{
    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    // Rows (1, 1), (2, 2): H = 2 (5, 5; 5, 5) plus 0.01 * 10 on the diagonal = (10.1, 10; 10, 10.1). Its inverse is proportional to
    // (10.1, -10; -10, 10.1), so U[0, 1] / U[0, 0] = -10 / 10.1. The first 0.4 becomes 0, the second 0.4 + 0.4 * 10 / 10.1 = 0.796, then 1.
    [Fact]
    public void Apply_EqualInputs_MovesTheErrorToTheNextWeight()
    {
        var (model, calibration) = (CalibrationSamples.Dense(2, 0.4f, 0.4f), CalibrationSamples.Of(_backend, new Shape(2), 1, 1, 2, 2));
        var spec = QuantizerSpec.Parse("int2n symmetric tensor fixed:-1:1");
        Assert.Equal([0f, 1f], Gptq.Apply(model, spec, calibration).Parameters["dense1/kernel"].Span<float>().ToArray());
        Assert.Equal([0f, 0f], QuantizeWeights.Apply(model, spec).Parameters["dense1/kernel"].Span<float>().ToArray());
    }

    /// <summary>
    /// The method's first form (Hassibi and Stork 1993): after each weight, its row and column are eliminated from an explicit inverse. All
    /// values must be equal but those that lie at a rounding boundary, of which these seeds have none.
    /// </summary>
    [Theory]
    [InlineData("int4n symmetric tensor minmax", 1)]
    [InlineData("int4n symmetric channel mse", 2)]
    [InlineData("int3 asymmetric group:5 minmax", 3)]
    public void Apply_ADenseLayer_EqualsEliminationFromAnExplicitInverse(string text, ulong seed)
    {
        const int Inputs = 12, Units = 7, Samples = 40;
        var spec = QuantizerSpec.Parse(text);
        var model = CalibrationSamples.Dense(Inputs, Draw.Normals(seed, Inputs * Units));
        var calibration = CalibrationSamples.Random(_backend, new Shape(Inputs), Samples, seed);
        double[] rows = [.. calibration.Data.Samples(Samples).Select(b => (double)(b * calibration.Preprocessing.Scale))];
        var expected = Eliminate(model.Parameters["dense1/kernel"], spec, rows, Inputs);
        var actual = Gptq.Apply(model, spec, calibration).Parameters["dense1/kernel"].Span<float>().ToArray();
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    private static double[] Eliminate(Tensor kernel, QuantizerSpec spec, double[] rows, int inputs)
    {
        var start = Inverse(Moments(rows, inputs));
        var weights = TestModels.Doubles(kernel.Span<float>());
        var (size, perRow) = spec.Granularity.Of(kernel.Shape);
        var (scale, zero) = spec.Cover(0, 0);
        for (var first = 0; first < weights.Length; first += inputs)
        {
            var inverse = (double[,])start.Clone();
            for (var i = 0; i < inputs; i++)
            {
                if (perRow == 0 && first + i == 0)
                    (scale, zero) = Cover(spec, weights);
                else if (perRow > 0 && i % size == 0)
                    (scale, zero) = Cover(spec, weights[(first + i)..(first + Math.Min(inputs, i + size))]);
                var error = (weights[first + i] - spec.FakeQuantize(weights[first + i], scale, zero)) / inverse[i, i];
                weights[first + i] = spec.FakeQuantize(weights[first + i], scale, zero);
                for (var j = i + 1; j < inputs; j++)
                    weights[first + j] -= error * inverse[i, j];
                for (var a = i + 1; a < inputs; a++)
                    for (var b = i + 1; b < inputs; b++)
                        inverse[a, b] -= inverse[a, i] * inverse[i, b] / inverse[i, i];
            }
        }
        return weights;
    }

    private static (float Scale, int ZeroPoint) Cover(QuantizerSpec spec, double[] values)
    {
        var histogram = new ValueHistogram();
        histogram.Add(Array.ConvertAll(values, value => (float)value));
        var (low, high) = RangeSearch.Of(spec, histogram);
        return spec.Cover(low, high);
    }

    private static double[,] Moments(double[] rows, int inputs)
    {
        var moments = new double[inputs, inputs];
        for (var r = 0; r < rows.Length; r += inputs)
            for (var i = 0; i < inputs; i++)
                for (var j = 0; j < inputs; j++)
                    moments[i, j] += 2 * rows[r + i] * rows[r + j];
        var mean = Enumerable.Range(0, inputs).Average(i => moments[i, i]);
        for (var i = 0; i < inputs; i++)
            moments[i, i] += 0.01 * mean;
        return moments;
    }

    /// <summary>Gauss-Jordan, without pivoting: the matrix is positive definite.</summary>
    private static double[,] Inverse(double[,] matrix)
    {
        var n = matrix.GetLength(0);
        var inverse = new double[n, n];
        for (var i = 0; i < n; i++)
            inverse[i, i] = 1;
        for (var i = 0; i < n; i++)
        {
            var pivot = matrix[i, i];
            for (var j = 0; j < n; j++)
                (matrix[i, j], inverse[i, j]) = (matrix[i, j] / pivot, inverse[i, j] / pivot);
            for (var k = 0; k < n; k++)
            {
                var factor = k == i ? 0 : matrix[k, i];
                for (var j = 0; j < n; j++)
                    (matrix[k, j], inverse[k, j]) = (matrix[k, j] - factor * matrix[i, j], inverse[k, j] - factor * inverse[i, j]);
            }
        }
        return inverse;
    }

    /// <summary>
    /// GPTQ is greedy: nothing forbids that it loses on a layer of a few weights. So rounding to nearest is compared layer by layer and
    /// may win on one in twenty.
    /// </summary>
    [Fact]
    public void Apply_RandomLayers_HaveASmallerOutputErrorThanWithNearestRounding()
    {
        const int Layers = 100;
        var (worse, ratio) = (0, 0.0);
        for (ulong seed = 0; seed < Layers; seed++)
        {
            var model = TestModels.Random(CalibrationSamples.RandomLayer(seed), seed);
            var calibration = CalibrationSamples.Random(_backend, model.Graph.Input.Output.Shape, 40, seed);
            var spec = QuantizerSpec.Parse(seed % 2 == 0 ? "int3n symmetric channel minmax" : "int4n symmetric tensor minmax");
            var (learned, nearest) = (
                CalibrationSamples.OutputError(model, Gptq.Apply(model, spec, calibration), calibration),
                CalibrationSamples.OutputError(model, QuantizeWeights.Apply(model, spec), calibration));
            worse += learned > nearest ? 1 : 0;
            ratio += (nearest == 0 ? 1 : learned / nearest) / Layers;
        }
        Assert.InRange(worse, 0, Layers / 20);
        Assert.InRange(ratio, 0, 0.7);
    }

    [Fact]
    public void Apply_InputsOfZeros_GivesNearestRounding()
    {
        var model = CalibrationSamples.Dense(3, Draw.Normals(1, 6));
        var spec = QuantizerSpec.Parse("int3n symmetric channel minmax");
        var calibration = CalibrationSamples.Of(_backend, new Shape(3), new byte[9]);
        Assert.Equal(QuantizeWeights.Apply(model, spec).Parameters["dense1/kernel"].Span<float>().ToArray(),
            Gptq.Apply(model, spec, calibration).Parameters["dense1/kernel"].Span<float>().ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    public void Apply_WithoutDamping_IsRefused(double damping) => Assert.Contains("damping", Assert.Throws<UsageException>(() =>
        Gptq.Apply(CalibrationSamples.Dense(1, 1), QuantizerSpec.Parse("int4 symmetric tensor minmax"),
            CalibrationSamples.Of(_backend, new Shape(1), 1), damping: damping)).Message);
}
