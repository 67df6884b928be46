using GpuQuant.Numerics;
using GpuQuant.Peers.Onnx;
using GpuQuant.Quantization.Onnx;

namespace GpuQuant.Peers.Works;

/// <summary>The int8 net: ours quantized by tflite8, against ONNX Runtime's QDQ form and against our own float32 net.</summary>
internal sealed class IntegerWork(PeerNet net) : IWork
{
    private const int CalibrationBatch = 16;

    public string Name => $"int8-{net.Name}";

    public bool NeedsTorch => false;

    public IEnumerable<Comparison> Run(PeersOptions options, Action<string> log)
    {
        OurNet ours;
        try
        {
            ours = OurNet.Integer(net, options.Threads);
        }
        catch (UsageException error)
        {
            log($"{Name} is left out, since our net has no integer form: {error.Message}");
            return [];
        }
        var onnx = OnnxSides.Fastest("onnxruntime int8", net, options.Threads, log,
            ("QDQ, batch-norms in float32", Quantized(hasNormsAsConvolutions: false)),
            ("QDQ, batch-norms as convolutions", Quantized(hasNormsAsConvolutions: true)));
        return Comparison.Of(Name, "images/s", options.Repetitions, Side.Of("ours", net.Batch, ours.Program.Run, ours), onnx,
            InferenceWork.Ours(net, options.Threads) with { Name = "ours, float32" });
    }

    private ModelProto Quantized(bool hasNormsAsConvolutions)
    {
        var small = OnnxSides.Export(net, CalibrationBatch, hasNormsAsConvolutions);
        var ranges = OnnxNet.Ranges(small, OnnxSides.ChannelsFirst(net, CalibrationBatch));
        return OnnxQuantize.Apply(OnnxSides.Export(net, net.Batch, hasNormsAsConvolutions), ranges);
    }
}
