using GpuQuant.Numerics;
using GpuQuant.Peers.Onnx;
using static TorchSharp.torch;

namespace GpuQuant.Peers.Works;

/// <summary>That all sides compute the same net: they must give the same probabilities.</summary>
internal static class Agreement
{
    private const float Tolerance = 1e-4f;

    /// <summary>Compares the float nets.</summary>
    /// <exception cref="ComputationException">A peer gives other probabilities: it is not the same net.</exception>
    public static void Check(PeerNet net, int threads, Action<string> log)
    {
        using var ours = OurNet.Inference(net, threads);
        var expected = ours.Output(net.Pixels());
        using var onnx = new OnnxNet(
            OnnxSides.Export(net, net.Batch, hasNormsAsConvolutions: true), OnnxSides.ChannelsFirst(net), threads, false);
        onnx.Run();
        foreach (var (peer, actual) in new[] { ("libtorch", Torch(net)), ("onnxruntime", onnx.Output) })
        {
            var difference = Difference(expected, actual);
            log($"{net.Name}: the probabilities of {peer} differ from ours by at most {difference:0.0e+0}");
            if (!(difference < Tolerance))
                throw new ComputationException($"{peer} computes another {net.Name}: its probabilities differ by {difference}.");
        }
    }

    /// <summary>The greatest difference of two outputs.</summary>
    public static float Difference(float[] expected, float[] actual) => expected.Zip(actual, (e, a) => MathF.Abs(e - a)).Max();

    private static float[] Torch(PeerNet net)
    {
        using var mode = inference_mode();
        using var scope = NewDisposeScope();
        using var torch = new TorchNet(net.Model(), new(IsChannelsLast: true, HasExactPadding: true));
        return torch.Logits(torch.Images(net.Pixels(), net.Sample), isTraining: false).softmax(1).data<float>().ToArray();
    }
}
