using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Training;

namespace GpuQuant.Evaluation;

/// <summary>
/// A test set whose images a model's attack has changed, as pictures of whole grey levels: what is evaluated on any test set can be
/// evaluated on it, such as whether a float model's attack misleads its quantized versions too.
/// </summary>
public static class AdversarialSet
{
    /// <summary>Where such a test set comes from, for result rows.</summary>
    public const string Origin = "attacked";

    private const int Batch = 256;

    // What float arithmetic may make of a change by whole grey levels.
    private const double Rounding = 1e-3;

    /// <summary>Attacks all samples of a set.</summary>
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
        if (data.SampleType != DType.UInt8 || !data.SampleShape.Equals(model.Graph.Input.Output.Shape))
            throw new UsageException($"The model takes {model.Graph.Input.Output}; {data.Name} has {data.SampleType} samples of "
                + $"{data.SampleShape}: attack it with images of its data set.");
        var batch = Math.Min(Batch, data.Count);
        using var parameters = new DeviceParameters(backend, model);
        using var owned = new OwnedTensors(backend);
        var origin = owned.Take("attack.origin", DType.Float32, data.SampleShape.Prepend(batch));
        var targets = owned.Take("attack.targets", DType.Float32, new Shape(batch, data.Classes));
        using var attacker = new Attacker(backend, model.Graph, parameters, preprocessing, attack, origin, targets);
        var loader = new BatchLoader(data, preprocessing, batch);
        var attacked = new Tensor(DType.UInt8, data.SampleShape.Prepend(data.Count));
        var order = Enumerable.Range(0, data.Count).ToArray();
        var (values, length) = (new float[origin.Count], origin.Count / batch);
        for (var first = 0; first < data.Count; first += batch)
        {
            var samples = order.AsMemory(first, Math.Min(batch, data.Count - first));
            loader.Load(samples.Span, backend, origin);
            backend.Upload(MemoryMarshal.AsBytes(OneHot(data, samples.Span, batch).AsSpan()), targets);
            attacker.Run(new BatchPosition(seed, 0, samples));
            backend.Download(attacker.Result, MemoryMarshal.AsBytes(values.AsSpan()));
            foreach (var sample in samples.Span)
                Write(data, sample, values.AsSpan((sample - first) * length, length), preprocessing, attack,
                    attacked.Bytes.Slice(sample * length, length));
            progress?.Invoke(first + samples.Length, data.Count);
        }
        return new InMemoryDataset($"{data.Name}+{attack.Name}", attacked, data);
    }

    private static float[] OneHot(IDataset data, ReadOnlySpan<int> samples, int batch)
    {
        var targets = new float[batch * data.Classes];
        for (var i = 0; i < samples.Length; i++)
            targets[i * data.Classes + data.Label(samples[i])] = 1;
        return targets;
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
