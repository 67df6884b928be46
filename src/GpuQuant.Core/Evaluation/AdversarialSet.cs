using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;

namespace GpuQuant.Evaluation;

/// <summary>
/// A test set whose samples a model's attack has changed, images as pictures of whole grey levels: what is evaluated on any test set can
/// be evaluated on it, such as whether a float model's attack misleads its quantized versions too.
/// </summary>
public static class AdversarialSet
{
    /// <summary>Where such a test set comes from, for result rows.</summary>
    public const string Origin = "attacked";

    // What float arithmetic may make of a change by whole grey levels.
    private const double Rounding = 1e-3;

    /// <summary>Attacks all images of a set.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="model">The float model that is attacked.</param>
    /// <param name="preprocessing">How images become its input.</param>
    /// <param name="data">The images.</param>
    /// <param name="attack">The attack; rounding to grey levels does not leave its ball.</param>
    /// <param name="seed">The seed of random starts.</param>
    /// <param name="progress">Told of the samples done and of all.</param>
    /// <exception cref="UsageException">The attack makes no sense, or the model has no gradient or takes other samples.</exception>
    public static IDataset Of(Backend backend, Model model, Preprocessing preprocessing, IDataset data, Attack attack, ulong seed,
        Action<int, int>? progress = null)
    {
        attack.Validate();
        using var batches = new AttackedBatches(backend, model, data, DType.UInt8);
        using var attacker = new Attacker(
            backend, model.Graph, batches.Parameters, preprocessing, attack, batches.Origin, batches.Targets);
        var attacked = new Tensor(DType.UInt8, data.SampleShape.Prepend(data.Count));
        var length = data.SampleBytes();
        batches.Run<float>(attacker, preprocessing, seed,
            (i, input) => Write(data, i, input, preprocessing, attack, attacked.Bytes.Slice(i * length, length)), progress);
        return new InMemoryDataset($"{data.Name}+{attack.Name}", attacked, data);
    }

    /// <summary>Attacks all texts of a set by exchanging words.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="model">The float model that is attacked.</param>
    /// <param name="data">The texts.</param>
    /// <param name="training">The set that the model was trained on: its words may take another's place.</param>
    /// <param name="attack">The attack.</param>
    /// <param name="progress">Told of the samples done and of all.</param>
    /// <exception cref="UsageException">The attack makes no sense, or the model has no gradient or embedding, or takes other samples.</exception>
    public static IDataset Of(Backend backend, Model model, IDataset data, IDataset training, WordAttack attack,
        Action<int, int>? progress = null)
    {
        attack.Validate();
        using var batches = new AttackedBatches(backend, model, data, DType.Int32);
        using var candidates = WordCandidates.For(backend, batches.Parameters[EmbeddingOp.TableOf(model.Graph)], training, attack);
        using var attacker = attack.Plan(backend, model.Graph, batches.Parameters, candidates, batches.Origin, batches.Targets);
        var attacked = new Tensor(DType.Int32, data.SampleShape.Prepend(data.Count));
        var length = data.SampleBytes();
        batches.Run<int>(attacker, Preprocessing.Tokens, seed: 0,
            (i, text) => MemoryMarshal.AsBytes<int>(text).CopyTo(attacked.Bytes.Slice(i * length, length)), progress);
        return new InMemoryDataset($"{data.Name}+{attack.Name}", attacked, data);
    }

    /// <summary>Turns input into grey levels that are no farther from the sample's than the attack's radius.</summary>
    private static void Write(
        IDataset data, int sample, ReadOnlySpan<float> input, Preprocessing preprocessing, Attack attack, Span<byte> image)
    {
        var original = new byte[image.Length];
        data.Read(sample, original);
        var changes = new double[image.Length];
        for (var i = 0; i < changes.Length; i++)
            changes[i] = (input[i] + (preprocessing.Mean?[i] ?? 0)) / preprocessing.Scale - original[i];
        var radius = attack.Radius / (double)preprocessing.Scale + Rounding;
        var rounded = attack.Norm == AttackNorm.LInfinity ? RoundWithinCube(changes, radius) : RoundWithinBall(changes, radius);
        for (var i = 0; i < image.Length; i++)
            image[i] = (byte)Math.Clamp(original[i] + rounded[i], 0, 255);
    }

    private static int[] RoundWithinCube(double[] changes, double radius)
    {
        var most = (int)radius;
        return Array.ConvertAll(changes, change => Math.Clamp((int)Math.Round(change), -most, most));
    }

    /// <summary>Rounds each change to the nearest level, and then as many as necessary to the one nearer to 0.</summary>
    private static int[] RoundWithinBall(double[] changes, double radius)
    {
        var rounded = Array.ConvertAll(changes, change => (int)Math.Round(change));
        var squares = rounded.Sum(level => (double)level * level);
        for (var i = 0; i < rounded.Length && squares > radius * radius; i++)
            if (Math.Abs(rounded[i]) > Math.Abs(changes[i]))
            {
                squares -= 2 * Math.Abs(rounded[i]) - 1;
                rounded[i] -= Math.Sign(rounded[i]);
            }
        return rounded;
    }
}
