using Google.Protobuf;
using GpuQuant.Quantization.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace GpuQuant.Peers.Onnx;

/// <summary>A net in ONNX Runtime, with its input and output in place.</summary>
internal sealed class OnnxNet : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly OrtValue _input, _output;

    /// <summary>Loads a model.</summary>
    /// <param name="model">The model; its input is a batch of images, channels first.</param>
    /// <param name="pixels">The images, channels first.</param>
    /// <param name="threads">Threads that work.</param>
    /// <param name="isSpinning">Whether threads wait busily for more work while a run is under way.</param>
    public OnnxNet(ModelProto model, float[] pixels, int threads, bool isSpinning)
    {
        var file = Path.GetTempFileName();
        try
        {
            using var options = new SessionOptions
            {
                IntraOpNumThreads = threads,
                InterOpNumThreads = 1,
                ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
                GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
                LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
                OptimizedModelFilePath = file,
            };
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", isSpinning ? "1" : "0");
            // Threads that went on spinning after a run would disturb the other sides.
            options.AddSessionConfigEntry("session.force_spinning_stop", "1");
            _session = new InferenceSession(model.ToByteArray(), options);
            Kernels = string.Join(", ", ModelProto.Parser.ParseFrom(File.ReadAllBytes(file)).Graph.Node
                .CountBy(node => node.OpType).OrderByDescending(kind => kind.Value).Select(kind => $"{kind.Value} {kind.Key}"));
        }
        finally
        {
            File.Delete(file);
        }
        _input = OrtValue.CreateTensorValueFromMemory(pixels, Dims(model.Graph.Input[0]));
        Output = new float[Dims(model.Graph.Output[0]).Aggregate((a, b) => a * b)];
        _output = OrtValue.CreateTensorValueFromMemory(Output, Dims(model.Graph.Output[0]));
    }

    /// <summary>What the optimizer left: "9 QLinearConv, 1 QGemm".</summary>
    public string Kernels { get; }

    /// <summary>The probabilities of the last run.</summary>
    public float[] Output { get; }

    /// <summary>Computes the output.</summary>
    public void Run() => _session.Run(_run, _session.InputNames, [_input], _session.OutputNames, [_output]);

    /// <summary>The least and the greatest value of every tensor of a float model on some images.</summary>
    public static IReadOnlyDictionary<string, (float Minimum, float Maximum)> Ranges(ModelProto model, float[] pixels)
    {
        var observed = model.Clone();
        observed.Graph.Output.Clear();
        observed.Graph.Output.AddRange(model.Graph.Node.Select(node => new ValueInfoProto { Name = node.Output[0] }));
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(observed.ToByteArray(), options);
        using var input = OrtValue.CreateTensorValueFromMemory(pixels, Dims(model.Graph.Input[0]));
        using var run = new RunOptions();
        using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
        var ranges = session.OutputNames.Zip(outputs).ToDictionary(pair => pair.First, pair =>
        {
            var values = pair.Second.GetTensorDataAsSpan<float>().ToArray();
            return (values.Min(), values.Max());
        });
        ranges[model.Graph.Input[0].Name] = (pixels.Min(), pixels.Max());
        return ranges;
    }

    public void Dispose()
    {
        _output.Dispose();
        _input.Dispose();
        _run.Dispose();
        _session.Dispose();
    }

    private static long[] Dims(ValueInfoProto value) => [.. value.Type.TensorType.Shape.Dim.Select(dim => dim.DimValue)];
}
