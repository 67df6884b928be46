using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>Recurrent layers in double, one sample, step and unit after another, from the definitions.</summary>
/// <param name="op">The layer.</param>
/// <param name="parameter">Its parameters by name.</param>
/// <param name="ordinal">Its number among the layers of its kind.</param>
/// <param name="isTraining">Whether its state is masked.</param>
/// <param name="step">Products see states rounded to multiples of it; 0: as they are.</param>
internal sealed class DoubleSequences(RecurrentOp op, Func<string, double[]> parameter, int ordinal, bool isTraining, double step = 0)
{
    /// <summary>The last states of all samples.</summary>
    /// <param name="x">Batch x steps x width.</param>
    /// <param name="batch">Samples.</param>
    /// <param name="width">Values of a step.</param>
    public double[] Run(double[] x, int batch, int width) => [.. x.Chunk(x.Length / batch).SelectMany((sequence, sample) =>
    {
        var (state, cell) = (new double[op.Units], new double[op.Units]);
        foreach (var values in sequence.Chunk(width))
        {
            var sums = Enumerable.Range(0, op.GateCount)
                .Select(gate => (Input: Seen("kernel", "bias", gate, values), State: Seen("recurrent", op is GruOp ? "recurrent_bias" : null, gate,
                    [.. state.Select((h, k) => Rounded(h) * Mask(sample, batch, gate, k))]))).ToArray();
            for (var u = 0; u < op.Units; u++)
                (state[u], cell[u]) = op is GruOp ? (Gru(sums, u, state[u]), 0) : Lstm(sums, u, cell[u]);
        }
        return state;
    })];

    private static (double State, double Cell) Lstm((double[] Input, double[] State)[] sums, int u, double cell)
    {
        var z = sums.Select(sum => sum.Input[u] + sum.State[u]).ToArray();
        cell = Sigmoid(z[1]) * cell + Sigmoid(z[0]) * Math.Tanh(z[2]);
        return (Sigmoid(z[3]) * Math.Tanh(cell), cell);
    }

    private static double Gru((double[] Input, double[] State)[] sums, int u, double state)
    {
        var (z, r) = (Sigmoid(sums[0].Input[u] + sums[0].State[u]), Sigmoid(sums[1].Input[u] + sums[1].State[u]));
        return z * state + (1 - z) * Math.Tanh(sums[2].Input[u] + r * sums[2].State[u]);
    }

    private double Rounded(double state) => step == 0 ? state : Math.Round(state / step, MidpointRounding.AwayFromZero) * step;

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private double[] Seen(string weights, string? bias, int gate, double[] values) => [.. Enumerable.Range(gate * op.Units, op.Units).Select(row =>
        (bias is null ? 0 : parameter(bias)[row]) + values.Select((value, k) => value * parameter(weights)[row * values.Length + k]).Sum())];

    /// <summary>One mask per sample and gate for all steps, drawn as dropout of a layer numbered by kind, layer and gate.</summary>
    private double Mask(int sample, int batch, int gate, int unit)
    {
        if (!isTraining || op.RecurrentDropout == 0)
            return 1;
        var position = Array.ConvertAll(TestModels.RandomPosition(batch), word => (uint)word);
        var layer = (uint)((2 * ordinal + (op is GruOp ? 1 : 0)) * 4 + gate);
        var draw = Philox.Block((uint)unit / 8, position[3 + sample], position[2], (uint)RandomPurpose.RecurrentDropout + 256 * layer,
            position[0], position[1]);
        var word = new[] { draw.X, draw.Y, draw.Z, draw.W }[unit % 8 / 2];
        return (unit % 2 == 0 ? word & 0xFFFF : word >> 16) < op.RecurrentDropout * 65536 ? 0 : 1 / (1 - op.RecurrentDropout);
    }
}
