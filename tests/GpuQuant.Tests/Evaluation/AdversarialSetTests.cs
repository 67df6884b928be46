using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;

namespace GpuQuant.Tests.Evaluation;

public class AdversarialSetTests
{
    // More than one batch of 256, and not whole ones.
    private const int Count = 300;
    private static readonly IDataset Data = Glyphs.Test(Count);

    /// <summary>0.05 of 255 grey levels are 12.75: at most 12; the L2 radius 0.7 is 178.5 levels.</summary>
    [Theory]
    [InlineData(AttackNorm.LInfinity, 0.05f, 12)]
    [InlineData(AttackNorm.L2, 0.7f, 178.5)]
    public void Of_ATrainedNet_MisleadsItWithinTheBall(AttackNorm norm, float radius, double levels)
    {
        using var backend = new CpuBackend(2);
        var model = TrainedNets.Get("lenet5");
        var attack = new Attack(radius, radius / 3, 5) { Norm = norm };
        var attacked = AdversarialSet.Of(backend, model, Preprocessing.UnitRange, Data, attack, 1);
        Assert.Equal((Count, Data.Classes, $"{Data.Name}+{attack.Name}"), (attacked.Count, attacked.Classes, attacked.Name));
        var (before, after) = (new byte[784], new byte[784]);
        var moved = 0.0;
        for (var i = 0; i < Count; i++)
        {
            Data.Read(i, before);
            attacked.Read(i, after);
            Assert.Equal(Data.Label(i), attacked.Label(i));
            var changes = before.Zip(after, (a, b) => (double)b - a).ToArray();
            var size = norm == AttackNorm.LInfinity ? changes.Max(Math.Abs) : Math.Sqrt(changes.Sum(c => c * c));
            Assert.InRange(size, 0, levels + 0.01);
            moved = Math.Max(moved, size);
        }
        Assert.InRange(moved, 0.95 * levels, levels + 0.01);
        var (clean, wrong) = (Correct(backend, model, Data), Correct(backend, model, attacked));
        Assert.True(wrong < clean - Count / 10, $"{clean} of {Count} right before, {wrong} after");
        Assert.Equal(Samples(attacked), Samples(AdversarialSet.Of(backend, model, Preprocessing.UnitRange, Data, attack, 1)));
        Assert.NotEqual(Samples(attacked), Samples(AdversarialSet.Of(backend, model, Preprocessing.UnitRange, Data, attack, 2)));
    }

    /// <summary>A dense layer with w = 1 for class 1: the loss of class 0 rises with every pixel, that of class 1 falls.</summary>
    [Fact]
    public void FastGradientSign_OnALinearNet_MovesEveryPixelByTheRadius()
    {
        using var backend = new CpuBackend(1);
        var graph = TestModels.Build(new Shape(1, 3, 1), (b, x) => b.Dense(b.Flatten(x), 2));
        var model = new Model(graph, new ParameterSet(new Dictionary<string, Tensor>
        {
            ["dense1/kernel"] = Tensor.From<float>([0, 0, 0, 1, 1, 1], new Shape(2, 3)),
            ["dense1/bias"] = Tensor.From<float>([0, 0], new Shape(2)),
        }));
        var data = new ImageDataset("two", [100, 0, 250, 100, 0, 250], [0, 1], new Shape(1, 3, 1), 2);
        // 10 grey levels, with a mean image, which must come back on.
        var attacked = AdversarialSet.Of(backend, model, new Preprocessing(1 / 255f, [0.25f, 0.5f, 0.75f]), data,
            Attack.FastGradientSign(10 / 255f), 0);
        Assert.Equal([110, 10, 255, 90, 0, 240], Samples(attacked));
    }

    [Fact]
    public void Names_OfAttacks_TellThemApart() => Assert.Equal(["fgsm-0.1", "pgd10-0.3", "pgd4-0.0157", "pgd5-l2-2"],
        new[] { Attack.FastGradientSign(0.1f), new(0.3f, 0.1f, 10), new(4 / 255f, 1 / 255f, 4), new(2, 1, 5) { Norm = AttackNorm.L2 } }
            .Select(attack => attack.Name));

    private static int Correct(Backend backend, Model model, IDataset data)
    {
        var predictions = Predictions.Of(backend, model, Preprocessing.UnitRange, data);
        return Enumerable.Range(0, data.Count).Count(i => predictions.Classes[i] == data.Label(i));
    }

    private static byte[] Samples(IDataset data) => data.Samples(data.Count);
}
