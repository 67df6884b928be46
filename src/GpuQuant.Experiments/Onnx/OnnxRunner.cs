using System.Runtime.InteropServices;
using GpuQuant.Data;
using GpuQuant.Numerics;
using Microsoft.ML.OnnxRuntime;

namespace GpuQuant.Experiments;

/// <summary>An exported net in ONNX Runtime, on the CPU: the judge of exports.</summary>
public sealed class OnnxRunner : IDisposable
{
    private readonly InferenceSession _session;

    /// <summary>Loads a net.</summary>
    /// <param name="content">The content of an ONNX file.</param>
    /// <param name="isOptimized">Whether ONNX Runtime may fuse layers, as it does by default; else each node runs by itself.</param>
    /// <exception cref="ComputationException">ONNX Runtime refuses the net; says why.</exception>
    public OnnxRunner(byte[] content, bool isOptimized = true) => _session = Guard(() =>
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = isOptimized ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Without it, ONNX Runtime fuses only uint8 activations on x64, and runs convolutions of int8 ones in float.
        options.AddSessionConfigEntry("session.qdqisint8allowed", "1");
        return new InferenceSession(content, options);
    });

    /// <summary>The net's output for some samples.</summary>
    /// <param name="input">The samples one after the other, as floats; word numbers too.</param>
    /// <param name="batch">How many there are.</param>
    /// <exception cref="ComputationException">ONNX Runtime cannot run the net on them; says why.</exception>
    public float[] Run(float[] input, int batch) => Guard(() =>
    {
        var dims = _session.InputMetadata.Values.Single().Dimensions;
        long[] shape = [batch, .. dims[1..].Select(dim => (long)dim)];
        using var value = TakesWords
            ? OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(input, word => (int)word), shape)
            : OrtValue.CreateTensorValueFromMemory(input, shape);
        using var options = new RunOptions();
        using var outputs = _session.Run(options, _session.InputNames, [value], _session.OutputNames);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    });

    /// <summary>The net's output for all samples of a data set, batch by batch.</summary>
    /// <exception cref="ComputationException">As <see cref="Run(float[], int)"/>.</exception>
    public float[] Run(IDataset data, Preprocessing preprocessing, int batch = 256)
    {
        var outputs = new List<float>();
        var length = (int)data.SampleShape.Count;
        var raw = new byte[length * data.SampleType.Size()];
        for (var first = 0; first < data.Count; first += batch)
        {
            var input = new float[Math.Min(batch, data.Count - first) * length];
            for (var i = 0; i < input.Length; i += length)
            {
                data.Read(first + i / length, raw);
                if (TakesWords)
                    Widen(MemoryMarshal.Cast<byte, int>(raw), input.AsSpan(i, length));
                else
                    preprocessing.Apply(raw, input.AsSpan(i, length));
            }
            outputs.AddRange(Run(input, input.Length / length));
        }
        return [.. outputs];
    }

    /// <summary>Gives the session's memory back.</summary>
    public void Dispose() => _session.Dispose();

    private bool TakesWords => _session.InputMetadata.Values.Single().ElementType == typeof(int);

    private static void Widen(ReadOnlySpan<int> words, Span<float> floats)
    {
        for (var i = 0; i < words.Length; i++)
            floats[i] = words[i];
    }

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (OnnxRuntimeException error)
        {
            throw new ComputationException($"ONNX Runtime cannot run the net: {error.Message.TrimEnd('.')}.", error);
        }
    }
}
