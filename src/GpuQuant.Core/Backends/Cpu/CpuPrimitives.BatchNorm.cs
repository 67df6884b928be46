using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(BatchNormForwardCall call)
    {
        var x = At<float>(call.Input);
        var y = At<float>(call.Output);
        var gamma = At<float>(call.Gamma);
        var beta = At<float>(call.Beta);
        var mean = At<float>(call.Mean);
        var inverse = At<float>(call.InverseDeviation);
        var runningMean = At<float>(call.RunningMean);
        var runningVariance = At<float>(call.RunningVariance);
        var partials = Scratch<double>(call);
        var (channels, epsilon, momentum) = (call.Mean.Count, call.Epsilon, call.Momentum);
        var rows = call.Input.Count / channels;
        var chunks = RowReduction.Chunks(rows);
        var sumValues = RowSums(rows, channels, partials, (i, _) => x[i]);
        var sumSquares = RowSums(rows, channels, partials, (i, c) => (x[i] - (double)mean[c]) * (x[i] - (double)mean[c]));
        var normalize = ElementWise.PrepareScalar(pool, call.Input.Count, i =>
        {
            var c = i % channels;
            y[i] = gamma[c] * ((x[i] - mean[c]) * inverse[c]) + beta[c];
        });
        return () =>
        {
            pool.Run(chunks, sumValues);
            for (var c = 0; c < channels; c++)
                mean[c] = (float)(RowReduction.Total(partials, chunks, channels, c) / rows);
            pool.Run(chunks, sumSquares);
            for (var c = 0; c < channels; c++)
            {
                var squares = RowReduction.Total(partials, chunks, channels, c);
                inverse[c] = 1 / MathF.Sqrt((float)(squares / rows) + epsilon);
                runningMean[c] = momentum * runningMean[c] + (1 - momentum) * mean[c];
                runningVariance[c] = momentum * runningVariance[c] + (1 - momentum) * (float)(squares / Math.Max(1, rows - 1));
            }
            normalize();
        };
    }

    public Action Prepare(BatchNormBackwardCall call)
    {
        var x = At<float>(call.Input);
        var dy = At<float>(call.OutputGradient);
        var dx = At<float>(call.InputGradient);
        var gamma = At<float>(call.Gamma);
        var mean = At<float>(call.Mean);
        var inverse = At<float>(call.InverseDeviation);
        var dGamma = At<float>(call.GammaGradient);
        var dBeta = At<float>(call.BetaGradient);
        var partials = Scratch<double>(call);
        var channels = call.Mean.Count;
        var rows = call.Input.Count / channels;
        var chunks = RowReduction.Chunks(rows);
        var sumGradients = RowSums(rows, channels, partials, (i, _) => dy[i]);
        var sumProducts = RowSums(rows, channels, partials, (i, c) => dy[i] * ((x[i] - (double)mean[c]) * inverse[c]));
        var distribute = ElementWise.PrepareScalar(pool, call.Input.Count, i =>
        {
            var c = i % channels;
            var normalized = (x[i] - mean[c]) * inverse[c];
            dx[i] = gamma[c] * inverse[c] * (dy[i] - dBeta[c] / rows - normalized * (dGamma[c] / rows));
        });
        return () =>
        {
            pool.Run(chunks, sumGradients);
            for (var c = 0; c < channels; c++)
                dBeta[c] = (float)RowReduction.Total(partials, chunks, channels, c);
            pool.Run(chunks, sumProducts);
            for (var c = 0; c < channels; c++)
                dGamma[c] = (float)RowReduction.Total(partials, chunks, channels, c);
            distribute();
        };
    }

    public Action Prepare(BatchNormInferenceCall call)
    {
        var x = At<float>(call.Input);
        var y = At<float>(call.Output);
        var gamma = At<float>(call.Gamma);
        var beta = At<float>(call.Beta);
        var mean = At<float>(call.Mean);
        var variance = At<float>(call.Variance);
        var channels = call.Mean.Count;
        var (epsilon, activation) = (call.Epsilon, call.Activation);
        return ElementWise.PrepareScalar(pool, call.Input.Count, i =>
        {
            var c = i % channels;
            var value = gamma[c] * ((x[i] - mean[c]) / MathF.Sqrt(variance[c] + epsilon)) + beta[c];
            y[i] = ActivationFormula.Apply(activation, value);
        });
    }

    /// <summary>Per chunk of rows and channel, the sum of a term of (element, channel).</summary>
    private static PoolJob RowSums(int rows, int channels, double* partials, Func<int, int, double> term) => (chunk, _) =>
    {
        var sums = partials + (long)chunk * channels;
        new Span<double>(sums, channels).Clear();
        var (begin, end) = RowReduction.Rows(chunk, rows);
        for (var r = begin; r < end; r++)
            for (var c = 0; c < channels; c++)
                sums[c] += term(r * channels + c, c);
    };
}
