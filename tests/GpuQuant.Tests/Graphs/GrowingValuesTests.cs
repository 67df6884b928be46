using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>Concatenations that grow lie in one another's rows: what is copied, and that nothing of the results depends on it.</summary>
public class GrowingValuesTests
{
    private static readonly Graph Densenet = Densenet121.Build(new Shape(32, 32, 3), 5, growth: 4, [3, 2]);

    /// <summary>Each block's first value and each layer's channels are copied once, and so are their gradients.</summary>
    [Fact]
    public void Plan_OfADensenet_CopiesEachChannelOnce()
    {
        using var backend = new CpuBackend(1);
        using var parameters = new DeviceParameters(backend, TestModels.Random(Densenet, 1), withGradients: true);
        using var program = GraphProgram.ForTraining(Densenet, parameters, backend, 2, new SoftmaxCrossEntropyLoss(), []);
        var copies = program.Calls.Select(entry => entry.Call).OfType<CopyColumnsCall>().Where(copy => copy.Source.Shape.Rank == 4).ToArray();
        // 8 channels from the pool and three times 4; of the 20, half go on, and two layers add 4 each.
        Assert.Equal([8, 4, 4, 4, 10, 4, 4], copies[..7].Select(copy => copy.Columns));
        Assert.Equal([4, 10, 4, 4, 4, 8, 4], copies[7..].Select(copy => copy.Columns));
        // The other normalizations give the whole rows' gradients, and those of the blocks' first values, which are summed.
        Assert.Equal(3, program.Calls.Count(entry => entry.Call is BatchNormBackwardCall { AddsInputGradient: true }));
        Assert.Equal(2, program.Calls.Count(entry => entry.Call is BinaryCall));
    }

    /// <summary>A value that something else takes as well has to lie by itself: the flattened one here, and all when a call looks at them.</summary>
    [Fact]
    public void Wholes_OfAValueThatOthersTake_AreNone()
    {
        var graph = TestModels.Build(new Shape(4, 4, 3), (b, x) =>
        {
            var first = b.Concat([x, b.Conv2D(x, 2, kernel: 1)], "first");
            var second = b.Concat([first, b.Conv2D(b.BatchNorm(first), 2, kernel: 1)], "second");
            var third = b.Concat([b.Conv2D(second, 3, kernel: 1), second], "third");
            return b.Concat([third, b.Relu(third)], "fourth");
        });
        Assert.Equal([(graph["first"], graph["second"])],
            GrowingValues.Wholes(graph, graph.Output).Select(entry => (entry.Key, entry.Value)));
        Assert.Empty(GrowingValues.Wholes(graph, graph["first"]));
    }

    /// <summary>
    /// The gradients of a net whose values grow, against those of the same net whose values cannot, since an activation that changes nothing
    /// takes each of them too.
    /// </summary>
    [Fact]
    public void Gradients_AreThoseOfCopiedValues()
    {
        using var backend = new CpuBackend(2);
        var input = Draw.Normals(3, 3 * 6 * 6 * 3);
        var (loss, _, gradients) = TestModels.Differentiate(backend, Model(isGrowing: true), input, [1, 0, 2]);
        var (copiedLoss, _, copied) = TestModels.Differentiate(backend, Model(isGrowing: false), input, [1, 0, 2]);
        Assert.Equal(copiedLoss, loss);
        foreach (var (name, gradient) in gradients)
            for (var i = 0; i < gradient.Length; i++)
                Assert.Equal(copied[name][i], gradient[i], 2e-6 * copied[name].Max(Math.Abs) + 1e-7);

        static Model Model(bool isGrowing)
        {
            var graph = TestModels.Build(new Shape(6, 6, 3), (b, x) =>
            {
                var y = x;
                for (var layer = 1; layer <= 4; layer++)
                {
                    y = b.Concat([y, b.Conv2D(b.Relu(b.BatchNorm(y, name: $"norm{layer}")), 5, kernel: 3, name: $"conv{layer}")]);
                    y = isGrowing ? y : b.Activate(y, Activation.None);
                }
                return b.Dense(b.GlobalAveragePool(b.BatchNorm(y, name: "last")), 3, "dense");
            });
            return TestModels.Random(graph, 7);
        }
    }
}
