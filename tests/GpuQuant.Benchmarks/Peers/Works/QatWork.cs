using GpuQuant.Graphs;

namespace GpuQuant.Peers.Works;

/// <summary>Our training step with fake-quantizers, against the plain one: 1 / ratio is what quantization-aware training costs.</summary>
/// <param name="net">The net.</param>
/// <param name="insertFakeQuantizers">The pass that puts fake-quantizers into a model.</param>
internal sealed class QatWork(PeerNet net, Func<Model, Model> insertFakeQuantizers) : IWork
{
    public string Name => $"qat-{net.Name}";

    public bool NeedsTorch => false;

    public IEnumerable<Comparison> Run(PeersOptions options, Action<string> log)
    {
        var ours = OurNet.Training(insertFakeQuantizers(net.Model()), net.Batch, options.Threads);
        return Comparison.Of(Name, "images/s", options.Repetitions, Side.Of("ours", net.Batch, ours.Program.Run, ours),
            TrainingWork.Ours(net, options.Threads) with { Name = "ours, without fake-quantizers" });
    }
}
