using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;

namespace GpuQuant.Tests.Training;

public sealed class AttackerTests : IDisposable
{
    private const int Batch = 6;
    private static readonly Shape Image = new(28, 28, 1);
    private static readonly Model Net = TestModels.Random(TrainingRun.Normalized, 3);
    private static readonly float[] Mean = [.. Draw.Normals(7, (int)Image.Count, 0.1, 0.3)];

    private readonly CpuBackend _backend = new(2);

    public static TheoryData<AttackNorm, float, bool> Attacks => new()
    {
        { AttackNorm.LInfinity, 0.3f, true }, { AttackNorm.LInfinity, 4 / 255f, false }, { AttackNorm.L2, 2, true }, { AttackNorm.L2, 0.5f, false },
    };

    public void Dispose() => _backend.Dispose();

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Run_AnyAttack_RaisesTheLossWithinBallAndRange(AttackNorm norm, float radius, bool startsRandom)
    {
        var attack = new Attack(radius, radius / 4, 6) { Norm = norm, StartsRandom = startsRandom };
        var (origin, attacked) = Run(attack, Position(1, 0));
        Assert.True(Loss(attacked) > Loss(origin) + 0.01, $"{Loss(origin)} became {Loss(attacked)}");
        var length = (int)Image.Count;
        for (var n = 0; n < Batch; n++)
        {
            var changes = Enumerable.Range(n * length, length).Select(i => (double)attacked[i] - origin[i]).ToArray();
            var size = norm == AttackNorm.LInfinity ? changes.Max(Math.Abs) : Math.Sqrt(changes.Sum(d => d * d));
            // Pixels above 1/2 keep 24 bits after the point; the L2 norm gathers such errors of 784 of them.
            Assert.InRange(size, 0.2 * radius, radius + 2e-6);
        }
        for (var i = 0; i < attacked.Length; i++)
            Assert.InRange(attacked[i] + Mean[i % length], -1e-6f, 1 + 1e-6f);
    }

    /// <summary>Every pixel's place: x + eps sign(g), bounded by 0 and 1, with the gradient of the program tested by differences.</summary>
    [Fact]
    public void FastGradientSign_EveryPixel_MovesAlongItsGradientsSign()
    {
        var (origin, attacked) = Run(Attack.FastGradientSign(0.1f), Position(1, 0));
        var gradient = Gradient(origin);
        Assert.Contains(gradient, g => g > 0);
        for (var i = 0; i < origin.Length; i++)
        {
            var mean = Mean[i % Mean.Length];
            Assert.Equal(Math.Clamp(origin[i] + 0.1f * Math.Sign(gradient[i]), -mean, 1 - mean), attacked[i], 1e-6f);
        }
    }

    [Fact]
    public void RandomStart_OfASample_DependsOnSeedEpochAndSampleAlone()
    {
        // Steps too small to see: what is left is the start.
        var attack = new Attack(0.25f, 1e-20f, 1);
        var (origin, start) = Run(attack, Position(1, 0));
        Assert.Equal(start, Run(attack, Position(1, 0)).Attacked);
        Assert.NotEqual(start, Run(attack, Position(2, 0)).Attacked);
        Assert.NotEqual(start, Run(attack, Position(1, 1)).Attacked);
        Assert.NotEqual(start, Run(attack, Position(1, 0, first: 50)).Attacked);
        // The draw of sample 40 at its first pixels.
        var draws = new RandomStream(1, RandomPurpose.AttackStart, 0, 40);
        for (var i = 0; i < 10; i++)
        {
            var expected = origin[i] + 0.25 * ((draws.NextUInt32() >> 8) / 8388608.0 - 1);
            Assert.Equal(Math.Clamp(expected, -Mean[i], 1 - Mean[i]), start[i], 1e-6);
        }
    }

    [Fact]
    public void RandomStart_ByL2_LiesOnTheBall()
    {
        var (origin, start) = Run(new(0.5f, 1e-20f, 1) { Norm = AttackNorm.L2, Low = -100, High = 100 }, Position(1, 0));
        for (var n = 0; n < Batch; n++)
            Assert.Equal(0.5, Math.Sqrt(Enumerable.Range(n * Mean.Length, Mean.Length).Sum(i => Math.Pow(start[i] - origin[i], 2))), 1e-5);
    }

    [Fact]
    public void Attacker_ThatDoesNotFit_LeavesNoMemoryBehind()
    {
        using (var parameters = new DeviceParameters(_backend, Net))
        using (var tensors = new OwnedTensors(_backend))
        {
            var (origin, targets) = Upload(tensors);
            var taken = _backend.AllocatedBytes;
            Assert.Throws<UsageException>(() => new Attacker(_backend, Net.Graph, parameters, Preprocessing.UnitRange, new(0, 1, 1), origin, targets));
            using (new Attacker(_backend, Net.Graph, parameters, Preprocessing.UnitRange, new(0.1f, 1, 1), origin, targets))
                Assert.True(_backend.AllocatedBytes > taken);
            Assert.Equal(taken, _backend.AllocatedBytes);
        }
        Assert.Equal(0, _backend.AllocatedBytes);
    }

    [Theory]
    [InlineData(float.NaN, 0.1f, 1, 0, 1)]
    [InlineData(0.1f, 0, 1, 0, 1)]
    [InlineData(0.6f, 0.1f, 1, 0.5f, 1)]
    [InlineData(0.1f, 0.1f, 1, 1, 1)]
    public void Validate_OfSettingsWithoutSense_Throws(float radius, float step, int iterations, float low, float high) =>
        Assert.Throws<UsageException>(() => new Attack(radius, step, iterations) { Low = low, High = high }.Validate());

    private static BatchPosition Position(ulong seed, int epoch, int first = 40) =>
        new(seed, epoch, Enumerable.Range(first, Batch).ToArray());

    private static float[] Samples()
    {
        var data = Glyphs.Training(Batch);
        var raw = new byte[Image.Count];
        return [.. Enumerable.Range(0, Batch).SelectMany(i =>
        {
            data.Read(i, raw);
            return raw.Select((value, k) => value * (1 / 255f) - Mean[k]).ToArray();
        })];
    }

    private static int[] Labels() => [.. Enumerable.Range(0, Batch).Select(Glyphs.Training(Batch).Label)];

    private double Loss(float[] samples) => new DoubleNet(Headless, Batch, false)
        .Loss(Net.Parameters.Doubles(), TestModels.Doubles(samples), Labels());

    /// <summary>The net without its softmax.</summary>
    private static Graph Headless => GraphRewriter.Rewrite(Net.Graph, (node, inputs, _) => node.Op is SoftmaxOp ? inputs[0] : null);

    private float[] Gradient(float[] samples)
    {
        using var parameters = new DeviceParameters(_backend, Net);
        using var program = GraphProgram.ForInputGradient(Net.Graph, parameters, _backend, Batch, new SoftmaxCrossEntropyLoss());
        _backend.Upload(MemoryMarshal.AsBytes<float>(TestModels.OneHot(Labels(), 10)), program.Targets!);
        TestModels.RunOnce<float>(_backend, program, samples);
        return TestModels.Fetch<float>(_backend, program.InputGradient!);
    }

    private (float[] Origin, float[] Attacked) Run(Attack attack, BatchPosition position)
    {
        using var parameters = new DeviceParameters(_backend, Net);
        using var tensors = new OwnedTensors(_backend);
        var (origin, targets) = Upload(tensors);
        using var attacker = new Attacker(_backend, Net.Graph, parameters, new Preprocessing(1 / 255f, Mean), attack, origin, targets);
        attacker.Run(position);
        return (TestModels.Fetch<float>(_backend, origin), TestModels.Fetch<float>(_backend, attacker.Result));
    }

    private (TensorView Origin, TensorView Targets) Upload(OwnedTensors tensors)
    {
        var origin = tensors.Take("origin", DType.Float32, Image.Prepend(Batch));
        var targets = tensors.Take("targets", DType.Float32, new Shape(Batch, 10));
        _backend.Upload(MemoryMarshal.AsBytes<float>(Samples()), origin);
        _backend.Upload(MemoryMarshal.AsBytes<float>(TestModels.OneHot(Labels(), 10)), targets);
        return (origin, targets);
    }
}
