using GpuQuant.Peers.Onnx;
using static TorchSharp.torch;

namespace GpuQuant.Peers.Works;

/// <summary>Probabilities of a float net, against libtorch's eager mode and ONNX Runtime, each in the form that is faster for it.</summary>
internal sealed class InferenceWork(PeerNet net) : IWork
{
    public string Name => $"infer-{net.Name}";

    public bool NeedsTorch => true;

    public IEnumerable<Comparison> Run(PeersOptions options, Action<string> log)
    {
        Agreement.Check(net, options.Threads, log);
        var torch = Alternation.Fastest(Torch(isChannelsLast: false), Torch(isChannelsLast: true));
        var model = OnnxSides.Export(net, net.Batch, hasNormsAsConvolutions: false);
        var onnx = OnnxSides.Fastest("onnxruntime", net, options.Threads, log, ("float32", model));
        return Comparison.Of(Name, "images/s", options.Repetitions, Ours(net, options.Threads), torch, onnx);
    }

    /// <summary>Our forward pass as a side.</summary>
    public static Side Ours(PeerNet net, int threads)
    {
        var ours = OurNet.Inference(net, threads);
        return Side.Of("ours", net.Batch, ours.Program.Run, ours);
    }

    private Side Torch(bool isChannelsLast)
    {
        var form = new TorchForm(isChannelsLast, HasExactPadding: false);
        var torch = new TorchNet(net.Model(), form);
        var images = torch.Images(net.Pixels(), net.Sample);
        return Side.Of($"libtorch, {form.Layout}", net.Batch, Step, new Disposables(torch, images));

        void Step()
        {
            using var mode = inference_mode();
            using var scope = NewDisposeScope();
            torch.Logits(images, isTraining: false).softmax(1);
        }
    }
}
