using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Quantization;

/// <summary>
/// The range of every layer's output over calibration samples, in one pass over any number of them: memory is that of one batch and,
/// where a rule asks for more than the extremes, a histogram per layer.
/// </summary>
internal static class ActivationRanges
{
    /// <summary>Samples per run. Of the rules, only the moving average depends on it.</summary>
    public const int Batch = 50;

    // The divergence of few numbers is least where a range is so narrow that each stands for about one bin: a lenet5 with 4 bits by that
    // measure loses up to 80 points on MNIST.
    private const int LeastKlBits = 8;

    private const int CellBits = 16;

    /// <summary>The key of the range of an LSTM's cells.</summary>
    public static string CellsOf(Node node) => $"{node.Name}/{LstmOp.Cells}";

    /// <summary>
    /// Runs the first samples through the net; the keys are layer names. A recurrent layer's range is that of its states at all steps; the
    /// cells of an LSTM have a key of their own, and their extremes are taken whatever the rule.
    /// </summary>
    /// <param name="model">The model as it is lowered.</param>
    /// <param name="calibration">The samples and the rule.</param>
    /// <param name="samples">How many samples, unless <paramref name="calibration"/> says.</param>
    /// <param name="scheme">
    /// How wide the integers are whose error the rules <c>mse</c> and, from 8 bits on, <c>kl</c> minimize; null: 8 bits in every layer.
    /// </param>
    /// <exception cref="UsageException">There are no samples.</exception>
    public static IReadOnlyDictionary<string, (float Minimum, float Maximum)> Measure(
        Model model, CalibrationData calibration, int samples, IntegerScheme? scheme = null)
    {
        var data = Subset.First(calibration.Data, calibration.Samples ?? samples);
        if (data.Count == 0)
            throw new UsageException($"{calibration.Data.Name} holds no samples to calibrate with.");
        return calibration.Range.Kind == RangeKind.MinMax
            ? Extremes(model, calibration, data)
            : ByRule(model, calibration, data, scheme ?? new());
    }

    /// <summary>Least and greatest values, found by the device.</summary>
    private static Dictionary<string, (float, float)> Extremes(Model model, CalibrationData calibration, IDataset data)
    {
        var backend = calibration.Backend;
        using var parameters = new DeviceParameters(backend, model);
        var ranges = model.Graph.Nodes.Where(HasRange)
            .ToDictionary(node => node.Name, node => parameters.Take($"{node.Name}.range", DType.Float32, new Shape(2)));
        foreach (var node in model.Graph.Nodes.Where(node => node.Op is LstmOp))
            ranges[CellsOf(node)] = parameters.Take($"{node.Name}.cells.range", DType.Float32, new Shape(2));
        foreach (var range in ranges.Values)
            backend.Upload(MemoryMarshal.AsBytes<float>([float.PositiveInfinity, float.NegativeInfinity]), range);
        // What fills up the last batch are samples of the one before: they widen nothing.
        Run(model.Graph, parameters, calibration, data,
            (node, output) => HasRange(node) ? new MinMaxCall(output, ranges[node.Name]) : null,
            (node, name, steps) => new MinMaxCall(steps, ranges[name == LstmOp.Cells ? CellsOf(node) : node.Name]), _ => { });
        return ranges.ToDictionary(entry => entry.Key, entry => Read(backend, entry.Key, entry.Value));
    }

    /// <summary>Ranges from all values, which the host looks at batch by batch.</summary>
    private static Dictionary<string, (float, float)> ByRule(Model model, CalibrationData calibration, IDataset data, IntegerScheme scheme)
    {
        var bits = new LayerBits(model.Graph, scheme);
        using var parameters = new DeviceParameters(calibration.Backend, model);
        var (outputs, count) = (new Dictionary<string, OutputRange>(), 0);
        Run(model.Graph, parameters, calibration, data, (node, output) =>
        {
            if (PassesOn(node.Op) || !HasRange(node) || node.Op is RecurrentOp)
                return null;
            return Watch(node.Name, output, bits.Output(node), calibration.Range);
        }, (node, name, steps) => name == LstmOp.Cells
            ? Watch(CellsOf(node), steps, CellBits, RangeRule.MinMax)
            : Watch(node.Name, steps, bits.Output(node), calibration.Range), samples => count = samples);
        var found = new (float, float)[outputs.Count];
        var ordered = outputs.ToArray();
        Parallel.For(0, ordered.Length, i => found[i] = ordered[i].Value.Find());
        var ranges = ordered.Zip(found).ToDictionary(pair => pair.First.Key, pair => pair.Second);
        foreach (var node in model.Graph.Nodes.Where(node => PassesOn(node.Op)))
            ranges[node.Name] = ranges[node.Inputs[0].Name];
        return ranges;

        KernelCall Watch(string name, TensorView values, int width, RangeRule rule)
        {
            width = Math.Max(width, rule.Kind == RangeKind.Kl ? LeastKlBits : 0);
            var spec = new QuantizerSpec(new IntegerFormat(width), Granularity.Tensor, rule, IsSymmetric: width > 8);
            var range = outputs[name] = new OutputRange(name, spec, calibration.Backend, values);
            return new HostCall(values, () => range.Add(count));
        }
    }

    /// <summary>Whether a layer gives values that could be quantized: word numbers are none.</summary>
    private static bool HasRange(Node node) => node.Output.Type == DType.Float32;

    /// <summary>Whether the values are those of the layer before.</summary>
    private static bool PassesOn(Op op) => op is DropoutOp or FlattenOp;

    private static void Run(Graph graph, DeviceParameters parameters, CalibrationData calibration, IDataset data,
        Func<Node, TensorView, KernelCall?> observe, Func<Node, string, TensorView, KernelCall?> observeSteps, Action<int> begin)
    {
        var batch = Math.Min(Batch, data.Count);
        using var program = GraphProgram.ForObservation(graph, parameters, calibration.Backend, batch, observe, observeSteps: observeSteps);
        var loader = new BatchLoader(data, calibration.Preprocessing, batch, net: graph);
        int[] order = [.. Enumerable.Range(0, data.Count)];
        for (var first = 0; first < order.Length; first += batch)
        {
            var count = Math.Min(batch, order.Length - first);
            loader.Load(order.AsSpan(first, count), calibration.Backend, program.Input,
                order.AsSpan(first + count, Math.Min(batch, order.Length - first - count)));
            begin(count);
            program.Run();
        }
        calibration.Backend.Synchronize();
    }

    private static (float Minimum, float Maximum) Read(Backend backend, string layer, TensorView view)
    {
        var range = new float[2];
        backend.Download(view, MemoryMarshal.AsBytes(range.AsSpan()));
        return float.IsFinite(range[0]) && float.IsFinite(range[1])
            ? (range[0], range[1])
            : throw new ComputationException($"Layer '{layer}' gives values from {range[0]} to {range[1]} on the calibration samples; "
                + "a model with infinite or undefined values cannot be quantized.");
    }

    /// <summary>Work of the host between two layers.</summary>
    private sealed record HostCall(TensorView Input, Action Work) : KernelCall
    {
        public override IEnumerable<TensorView> Reads => [Input];

        public override IEnumerable<TensorView> Writes => [];

        public override Action Prepare(IPrimitives primitives) => Work;
    }
}
