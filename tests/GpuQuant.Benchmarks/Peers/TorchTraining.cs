using GpuQuant.Graphs;
using GpuQuant.Numerics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace GpuQuant.Peers;

/// <summary>A net with Adam in libtorch's eager mode.</summary>
internal sealed class TorchTraining : IDisposable
{
    private const double Rate = 1e-3, Epsilon = 1e-7;
    private readonly optim.Optimizer _adam;

    public TorchTraining(Model model, TorchForm form)
    {
        Net = new TorchNet(model, form);
        _adam = optim.Adam(Net.Groups.Select(group => new Adam.ParamGroup(
            group.Parameters, Rate, beta1: 0.9, beta2: 0.999, eps: Epsilon, weight_decay: group.WeightDecay)), Rate, eps: Epsilon);
    }

    public TorchNet Net { get; }

    /// <summary>One step; gives nothing back, so that nothing is waited for.</summary>
    public void Step(Tensor images, Tensor labels)
    {
        using var scope = NewDisposeScope();
        _adam.zero_grad();
        nn.functional.cross_entropy(Net.Logits(images, isTraining: true), labels).backward();
        _adam.step();
    }

    /// <summary>The step as a side of a comparison.</summary>
    public static Side Side(PeerNet net, TorchForm form)
    {
        var training = new TorchTraining(net.Model(), form);
        var images = training.Net.Images(net.Pixels(), net.Sample);
        var labels = Labels(net.Batch);
        return Peers.Side.Of($"libtorch, {form.Layout}", net.Batch, () => training.Step(images, labels),
            new Disposables(training, images, labels));
    }

    /// <summary>One class after the other.</summary>
    public static Tensor Labels(int batch)
    {
        using var scope = NewDisposeScope();
        return arange(batch, ScalarType.Int64).remainder(PeerNet.Classes).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _adam.Dispose();
        Net.Dispose();
    }
}
