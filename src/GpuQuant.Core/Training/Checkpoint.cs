using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Training;

/// <summary>
/// The state of a training after an epoch: parameters, the optimizer's state, the count of steps, and the best epoch so far. Random
/// draws need no state, since they are functions of seed and position.
/// </summary>
/// <param name="Configuration">What is being trained and how; a checkpoint continues only the training it belongs to.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="Parameters">The parameters now.</param>
/// <param name="Optimizer">The optimizer's state by name.</param>
/// <param name="BestAccuracy">The best validation accuracy, or negative without one.</param>
/// <param name="Best">The parameters of that epoch; null if they are not kept.</param>
/// <param name="Gains">How far the training is from ending early.</param>
internal sealed record Checkpoint(
    string Configuration, int Epoch, long Step, ParameterSet Parameters, IReadOnlyDictionary<string, Tensor> Optimizer,
    double BestAccuracy, ParameterSet? Best, Gains Gains)
{
    public void Write(string path)
    {
        var tensors = new Dictionary<string, Tensor>();
        AddAll(tensors, "parameters/", Parameters);
        AddAll(tensors, "optimizer/", Optimizer);
        if (Best is not null)
            AddAll(tensors, "best/", Best);
        new SafetensorsFile(tensors, new Dictionary<string, string>
        {
            ["configuration"] = Configuration,
            ["epoch"] = Epoch.ToString(CultureInfo.InvariantCulture),
            ["step"] = Step.ToString(CultureInfo.InvariantCulture),
            ["best_accuracy"] = BestAccuracy.ToString("R", CultureInfo.InvariantCulture),
            ["gain_accuracy"] = Gains.Accuracy.ToString("R", CultureInfo.InvariantCulture),
            ["epochs_waited"] = Gains.Waited.ToString(CultureInfo.InvariantCulture),
        }).Write(path);
    }

    /// <summary>Reads a checkpoint; null if there is none.</summary>
    /// <exception cref="DataException">It is damaged or belongs to another training.</exception>
    public static Checkpoint? Read(string path, string configuration)
    {
        if (!File.Exists(path))
            return null;
        return SafetensorsFile.Read(path, content => Interpret(path, configuration, content.Tensors, content.Metadata));
    }

    private static Checkpoint Interpret(
        string path, string configuration, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.GetValueOrDefault("configuration") != configuration)
            throw new DataException(
                $"{path} is the checkpoint of another training ({metadata.GetValueOrDefault("configuration", "unknown")}); "
                + $"this one is {configuration}. Choose another output folder or remove the file.");
        var best = Part(tensors, "best/");
        return new(configuration, int.Parse(metadata["epoch"], CultureInfo.InvariantCulture),
            long.Parse(metadata["step"], CultureInfo.InvariantCulture),
            new ParameterSet(Part(tensors, "parameters/")), Part(tensors, "optimizer/"),
            double.Parse(metadata["best_accuracy"], CultureInfo.InvariantCulture), best.Count == 0 ? null : new ParameterSet(best),
            new Gains(double.Parse(metadata["gain_accuracy"], CultureInfo.InvariantCulture),
                int.Parse(metadata["epochs_waited"], CultureInfo.InvariantCulture)));
    }

    private static void AddAll(Dictionary<string, Tensor> tensors, string prefix, IEnumerable<KeyValuePair<string, Tensor>> part)
    {
        foreach (var (name, tensor) in part)
            tensors.Add(prefix + name, tensor);
    }

    private static Dictionary<string, Tensor> Part(IReadOnlyDictionary<string, Tensor> tensors, string prefix) =>
        tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);
}
