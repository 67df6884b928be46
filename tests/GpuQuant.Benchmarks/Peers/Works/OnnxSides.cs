using GpuQuant.Peers.Onnx;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Onnx;

namespace GpuQuant.Peers.Works;

/// <summary>ONNX Runtime as a side.</summary>
internal static class OnnxSides
{
    private static readonly bool[] SpinningOrNot = [true, false];

    /// <summary>The fastest of some models of one net, each with threads that wait busily and with threads that sleep.</summary>
    public static Side Fastest(string name, PeerNet net, int threads, Action<string> log, params (string Form, ModelProto Model)[] models)
    {
        var pixels = ChannelsFirst(net);
        var best = Alternation.Fastest([.. models.SelectMany(model => SpinningOrNot.Select(isSpinning =>
        {
            var onnx = new OnnxNet(model.Model, pixels, threads, isSpinning);
            if (isSpinning)
                log($"{net.Name} in ONNX Runtime, {model.Form}: {onnx.Kernels}");
            return Side.Of($"{name}, {model.Form}, {(isSpinning ? "spinning" : "sleeping")}", net.Batch, onnx.Run, onnx);
        }))]);
        log($"the fastest: {best.Name}");
        return best with { Name = name };
    }

    /// <summary>A float net with batch-norms folded where that is possible, for channels first.</summary>
    public static ModelProto Export(PeerNet net, int batch, bool hasNormsAsConvolutions) => OnnxExport.Build(
        FoldBatchNorm.Apply(net.Model()),
        new OnnxOptions { Batch = batch, IsChannelsFirst = true, HasNormsAsConvolutions = hasNormsAsConvolutions });

    /// <summary>A net's pixels in ONNX's order.</summary>
    public static float[] ChannelsFirst(PeerNet net, int? batch = null)
    {
        var (pixels, area, channels) = (net.Pixels(batch), net.Sample[0] * net.Sample[1], net.Sample[2]);
        var result = new float[pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (sample, pixel, channel) = (i / (area * channels), i / channels % area, i % channels);
            result[(sample * channels + channel) * area + pixel] = pixels[i];
        }
        return result;
    }
}
