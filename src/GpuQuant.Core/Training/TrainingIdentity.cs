using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;

namespace GpuQuant.Training;

/// <summary>Everything that decides a training's result, as one line: a checkpoint continues only the training it belongs to.</summary>
internal static class TrainingIdentity
{
    /// <summary>Names and options as they are; graph, first parameters, labels and preprocessing by their hash.</summary>
    public static string Of(
        Backend backend, TrainingPhase phase, IDataset data, Preprocessing preprocessing, string identity)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, phase.Model);
        var labels = new int[data.Count];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = data.Label(i);
        hash.AppendData(MemoryMarshal.AsBytes(labels.AsSpan()));
        hash.AppendData(Encoding.UTF8.GetBytes(preprocessing.Scale.ToString("R", CultureInfo.InvariantCulture)));
        if (preprocessing.Mean is { } mean)
            hash.AppendData(MemoryMarshal.AsBytes(mean.AsSpan()));
        return $"{identity}, {data.Name}, {data.Count} samples, start {Digest(hash)}, {phase.Options}{phase.Identity}, {backend.Device.Name}";
    }

    /// <summary>A model by its hash.</summary>
    public static string Digest(Model model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, model);
        return Digest(hash);
    }

    private static void Append(IncrementalHash hash, Model model)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(GraphJson.Write(model.Graph)));
        foreach (var (name, tensor) in model.Parameters)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(tensor.Bytes);
        }
    }

    private static string Digest(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
}
