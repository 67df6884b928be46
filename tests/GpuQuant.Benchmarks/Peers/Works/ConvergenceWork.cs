using System.Diagnostics;
using System.Globalization;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace GpuQuant.Peers.Works;

/// <summary>
/// What libtorch reaches with our resnet20 on CIFAR-10, to be compared with <c>gpuquant train --data cifar10 --arch resnet20 --epochs
/// 5</c>: the same layers, padding, initialisation scheme, L2, dropout, batch-norm momentum and epsilon, Adam with rate 1e-3 and epsilon
/// 1e-7, batches of 128 with the last, smaller one, a new random order each epoch, x/255 minus the mean image of the training set.
/// Prints the test accuracy after each epoch; compares no times.
/// </summary>
internal sealed class ConvergenceWork : IWork
{
    private const int Epochs = 5, Seeds = 2, Batch = 128, StepsPerLine = 100;
    private static readonly PeerNet Net = PeerNet.All.Single(net => net.Name == "resnet20");

    public string Name => "convergence";

    public bool NeedsTorch => true;

    public IEnumerable<Comparison> Run(PeersOptions options, Action<string> log)
    {
        var source = Catalog.Get<IDataSource>("data set", "cifar10");
        var (train, test) = (new TorchImages(source.Load(DataPart.Train, options.DataDirectory)),
            new TorchImages(source.Load(DataPart.Test, options.DataDirectory)));
        var mean = train.Mean();
        var accuracies = Enumerable.Range(0, Seeds).Select(seed => Train(seed, train, test, mean, log)).ToArray();
        log(string.Create(CultureInfo.InvariantCulture,
            $"libtorch, resnet20 on cifar10, {Epochs} epochs: mean test accuracy {accuracies.Average():0.00}% of {Seeds} seeds"));
        return [];
    }

    /// <summary>Trains once; the test accuracy after the last epoch, percent.</summary>
    private static double Train(int seed, TorchImages train, TorchImages test, float[] mean, Action<string> log)
    {
        manual_seed(seed);
        var graph = Catalog.Get<IArchitecture>("architecture", Net.Name).Build(Net.Sample, PeerNet.Classes);
        using var training = new TorchTraining(Model.Initialize(graph, (ulong)seed), new(IsChannelsLast: true, HasExactPadding: true));
        var order = Enumerable.Range(0, train.Count).ToArray();
        var random = new Random(seed);
        var accuracy = 0.0;
        for (var epoch = 1; epoch <= Epochs; epoch++)
        {
            var start = Stopwatch.GetTimestamp();
            random.Shuffle(order);
            foreach (var (step, samples) in order.Chunk(Batch).Index())
            {
                using var scope = NewDisposeScope();
                training.Step(training.Net.Images(train.Pixels(samples, mean), Net.Sample), train.Labels(samples));
                if (step % StepsPerLine == 0)
                    log(string.Create(CultureInfo.InvariantCulture,
                        $"libtorch, seed {seed}, epoch {epoch}: {step} steps in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s"));
            }
            accuracy = Accuracy(training.Net, test, mean);
            log(string.Create(CultureInfo.InvariantCulture, $"libtorch, seed {seed}, epoch {epoch} of {Epochs}: "
                + $"test accuracy {accuracy:0.00}%, {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s"));
        }
        return accuracy;
    }

    private static double Accuracy(TorchNet net, TorchImages test, float[] mean)
    {
        using var mode = no_grad();
        var correct = 0L;
        foreach (var samples in Enumerable.Range(0, test.Count).Chunk(500))
        {
            using var scope = NewDisposeScope();
            var logits = net.Logits(net.Images(test.Pixels(samples, mean), Net.Sample), isTraining: false);
            correct += logits.argmax(1).eq(test.Labels(samples)).sum().item<long>();
        }
        return 100.0 * correct / test.Count;
    }
}
