using System.Text.Json.Nodes;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Training;

namespace GpuQuant.Experiments;

/// <summary>
/// The fourth research question for one model: trained for a few more epochs with its disagreements on the test set added, how many of
/// them are left, and how many are new? The same is done with as many random inputs added, and with none. The optimizer starts afresh.
/// </summary>
/// <param name="Training">How the model was trained.</param>
/// <param name="Model">The trained model.</param>
/// <param name="Quantizers">Its deployments.</param>
public sealed record Retraining(ModelTraining Training, SavedModel Model, IReadOnlyList<IQuantizer> Quantizers)
{
    /// <summary>Raised when a change of the code changes results, so that an older version's are not taken for new ones.</summary>
    private const int Version = 1;

    /// <summary>The folder within a model's, and the file with the counts within each of its folders.</summary>
    internal const string FolderName = "retraining", ResultFile = "rq4.csv";

    /// <summary>Whether to keep silent on stderr.</summary>
    public bool Quiet { get; init; }

    /// <summary>Where the result of a retraining is, whether it exists or not.</summary>
    /// <param name="training">How the model was trained.</param>
    /// <param name="quantizers">The names of its deployments.</param>
    /// <param name="inputs">How many inputs of the test set are used; null: all.</param>
    /// <param name="folder">The model's folder.</param>
    public static string ResultPath(ModelTraining training, IReadOnlyList<string> quantizers, int? inputs, string folder) =>
        Path.Combine(folder, FolderName, RunFolder.NameOf(Configuration(training, quantizers, inputs)), ResultFile);

    /// <summary>Trains, or goes on where it was, and compares; what is done is only read.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="train">The training set.</param>
    /// <param name="test">The original test set.</param>
    /// <param name="inputs">How many of its first inputs are used; null: all.</param>
    /// <param name="folder">The model's folder; <c>retraining</c> within it is written.</param>
    /// <param name="cancellation">Stops after the current step.</param>
    /// <returns>Per treatment a row for each deployment, and one for all.</returns>
    public IReadOnlyList<RetrainingRow> Run(
        Backend backend, IDataset train, IDataset test, int? inputs, string folder, CancellationToken cancellation = default)
    {
        string[] names = [.. Quantizers.Select(quantizer => quantizer.Name)];
        using var run = RunFolder.Open(
            Path.Combine(folder, FolderName), Configuration(Training, names, inputs), backend.Device.Name);
        var result = run.FileOf(ResultFile);
        if (run.IsFinished)
            return Rq4.Read(result).Rows;
        var data = Subset.First(test, inputs ?? test.Count);
        var before = Answers(backend, Model.Model, train, data);
        int[] disagreements = [.. Enumerable.Range(0, data.Count).Where(i => before.Differs.Any(differs => differs[i]))];
        var random = AsManyOthers(data.Count, disagreements);
        var rows = new List<RetrainingRow>();
        foreach (var treatment in Enum.GetValues<Treatment>())
        {
            int[] added = treatment switch { Treatment.Disagreements => disagreements, Treatment.Random => random, _ => [] };
            if (added.Length == 0 && treatment != Treatment.None)
                continue; // the same as adding none
            var more = added.Length == 0 ? train : new Concatenation(train, new Subset(data, added, $"{data.Name}[{added.Length}]"));
            var retrained = Train(backend, more, run.FileOf(Name(treatment)), treatment, cancellation);
            var after = Answers(backend, retrained, train, data);
            rows.AddRange(Compare(treatment, added.Length, data.Count, before, after, [.. disagreements, .. random]));
        }
        new Rq4(rows).WriteCsv(result);
        run.Finish();
        return rows;
    }

    /// <summary>The treatment in files: <c>disagreements</c>, <c>random</c>, <c>none</c>.</summary>
    internal static string Name(Treatment treatment) => treatment.ToString().ToLowerInvariant();

    private static TrainingOptions Options(ModelTraining training) => training.Options with
    {
        Epochs = training.Source.Schedule.With(training.Options.Epochs).RetrainingEpochs,
        Validation = 0,
        Keep = Keep.Last,
        EarlyStopping = null,
    };

    private static JsonObject Configuration(ModelTraining training, IReadOnlyList<string> quantizers, int? inputs) => new()
    {
        ["version"] = Version,
        ["options"] = Options(training).ToString(),
        ["quantizers"] = new JsonArray([.. quantizers.Select(name => JsonValue.Create(name))]),
        ["inputs"] = inputs,
    };

    private Model Train(Backend backend, IDataset data, string folder, Treatment treatment, CancellationToken cancellation)
    {
        // Each treatment's model is written whole when it is done.
        if (File.Exists(Path.Combine(folder, SavedModel.FileName)))
            return SavedModel.Read(folder).Model;
        var (card, options) = (Training.Card, Options(Training));
        using var progress = ProgressDisplay.Create(
            $"{card.Dataset} {card.Architecture} seed {card.Seed}, trained further with {Name(treatment)} added", Quiet);
        var training = Training with { Start = Model, Options = options };
        return training.Run(backend, data, null, folder, progress, cancellation).Model;
    }

    private Answer Answers(Backend backend, Model model, IDataset train, IDataset data)
    {
        var expected = Predictions.Of(backend, model, Model.Preprocessing, data).Classes;
        var differs = Quantizers.Select(quantizer =>
        {
            var deployed = quantizer.Quantize(model, new(backend, train, Model.Preprocessing));
            var classes = Predictions.Of(backend, deployed, Model.Preprocessing, data).Classes;
            return classes.Zip(expected, (ours, floats) => ours != floats).ToArray();
        });
        return new([.. differs], expected.Where((answer, i) => answer == data.Label(i)).Count());
    }

    private int[] AsManyOthers(int count, int[] disagreements)
    {
        var others = Enumerable.Range(0, count).Except(disagreements).ToArray();
        new RandomStream(Training.Options.Seed, RandomPurpose.Evaluation).Shuffle(others);
        return [.. others.Take(disagreements.Length).Order()];
    }

    private IEnumerable<RetrainingRow> Compare(
        Treatment treatment, int added, int count, Answer before, Answer after, HashSet<int> trainedOn)
    {
        var heldOut = Enumerable.Range(0, count).Where(i => !trainedOn.Contains(i)).ToArray();
        var card = Training.Card;
        foreach (var (i, quantizer) in Quantizers.Index())
            yield return Row(quantizer.Name, before.Differs[i], after.Differs[i]);
        yield return Row(RetrainingRow.Any, Union(before), Union(after));

        bool[] Union(Answer answer) => [.. Enumerable.Range(0, count).Select(i => answer.Differs.Any(differs => differs[i]))];

        RetrainingRow Row(string quantizer, bool[] old, bool[] now) => new(
            card.Dataset, card.Architecture, card.Seed, treatment, quantizer, count, added, old.Count(differs => differs),
            now.Where((differs, i) => differs && old[i]).Count(), now.Where((differs, i) => differs && !old[i]).Count(),
            heldOut.Length, heldOut.Count(i => now[i]), before.Correct, after.Correct);
    }

    /// <summary>Per deployment where it differs from the float model, and how often that is right.</summary>
    private sealed record Answer(bool[][] Differs, int Correct);
}
