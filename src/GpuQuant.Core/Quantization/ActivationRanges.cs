using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>The least and greatest value of every layer's output over calibration samples.</summary>
internal static class ActivationRanges
{
    /// <summary>Runs the first samples through the net; the keys are layer names.</summary>
    /// <exception cref="UsageException">There are no samples.</exception>
    public static IReadOnlyDictionary<string, (float Minimum, float Maximum)> Measure(Model model, CalibrationData calibration, int samples)
    {
        var data = Subset.First(calibration.Data, samples);
        if (data.Count == 0)
            throw new UsageException($"{calibration.Data.Name} holds no samples to calibrate with.");
        var backend = calibration.Backend;
        using var parameters = new DeviceParameters(backend, model);
        var ranges =
            model.Graph.Nodes.ToDictionary(node => node.Name, node => parameters.Take($"{node.Name}.range", DType.Float32, new Shape(2)));
        foreach (var range in ranges.Values)
            backend.Upload(MemoryMarshal.AsBytes<float>([float.PositiveInfinity, float.NegativeInfinity]), range);
        using var program = GraphProgram.ForObservation(model.Graph, parameters, backend, data.Count,
            (node, output) => new MinMaxCall(output, ranges[node.Name]));
        new BatchLoader(data, calibration.Preprocessing, data.Count).Load([.. Enumerable.Range(0, data.Count)], backend, program.Input);
        program.Run();
        return ranges.ToDictionary(entry => entry.Key, entry => Read(backend, entry.Key, entry.Value));
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
}
