using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Attacks;

/// <summary>
/// PWWS (Ren et al. 2019, "Generating natural language adversarial examples through probability weighted word saliency") on a device.
/// With P the net's output for the true class: a word's saliency S is what P loses when the word is made unknown (number 0), its best
/// exchange the candidate with which P falls most, by D. Words are exchanged in the order of softmax(S) D, over all words of the text, until
/// the net errs. Takes a forward pass for every word and every candidate of it.
/// </summary>
/// <remarks>
/// Two differences from the published attack: an exchange that does not lower P is left out, and so is what exceeds
/// <see cref="WordAttack.Substitutions"/>. Its candidates are WordNet's synonyms and, for named entities, the other class's most frequent
/// ones; here they are whatever <see cref="WordCandidates"/> offers.
/// </remarks>
/// <example>S = (ln 3, 0) and D = (0.1, 0.4): softmax(S) D = (0.75 x 0.1, 0.25 x 0.4) = (0.075, 0.1), so the second word goes first.</example>
internal sealed class SaliencyAttacker : IBatchAttacker
{
    private const int Unknown = 0, Variants = 128;

    private readonly Backend _backend;
    private readonly WordAttack _attack;
    private readonly WordCandidates _candidates;
    private readonly GraphProgram _forward;
    private readonly OwnedTensors _owned;
    private readonly TensorView _origin, _targets;
    private readonly int[] _texts, _variants;
    private readonly float[] _classes, _outputs;
    private readonly int _length;

    /// <summary>Plans the attack.</summary>
    /// <inheritdoc cref="WordAttacker(Backend, Graph, DeviceParameters, WordAttack, WordCandidates, TensorView, TensorView)"/>
    public SaliencyAttacker(Backend backend, Graph graph, DeviceParameters parameters, WordAttack attack, WordCandidates candidates,
        TensorView origin, TensorView targets)
    {
        (_backend, _attack, _candidates, _origin, _targets) = (backend, attack, candidates, origin, targets);
        _owned = new OwnedTensors(backend);
        try
        {
            _forward = GraphProgram.ForInference(graph, parameters, backend, Variants);
            Result = _owned.Take("words.attacked", DType.Int32, origin.Shape);
        }
        catch
        {
            Dispose();
            throw;
        }
        _length = origin.Count / origin.Shape[0];
        (_texts, _variants) = (new int[origin.Count], new int[Variants * _length]);
        (_classes, _outputs) = (new float[targets.Count], new float[_forward.Output.Count]);
    }

    /// <inheritdoc/>
    public TensorView Result { get; }

    /// <inheritdoc/>
    public void Run(BatchPosition position)
    {
        _backend.Download(_origin, MemoryMarshal.AsBytes(_texts.AsSpan()));
        _backend.Download(_targets, MemoryMarshal.AsBytes(_classes.AsSpan()));
        _candidates.Update(position.Epoch, _texts);
        for (var n = 0; n < position.Samples.Length; n++)
            Attack(_texts.AsSpan(n * _length, _length), n);
        _backend.Upload(MemoryMarshal.AsBytes(_texts.AsSpan()), Result);
    }

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        _forward?.Dispose(); // null if the constructor failed
        _owned.Dispose();
    }

    private void Attack(Span<int> text, int n)
    {
        var classes = _outputs.Length / Variants;
        var label = Scores.FirstMaximum(_classes.AsSpan(n * classes, classes));
        var exchanges = Order(text, label).Take(_attack.Substitutions).ToArray();
        // Variant i has the first i exchanges; variant 0 is the text itself.
        var original = text.ToArray();
        var used = exchanges.Length;
        foreach (var (i, isRight) in Outputs(exchanges.Length + 1,
            (i, variant) =>
            {
                original.CopyTo(variant);
                foreach (var (place, word) in exchanges.AsSpan(0, i))
                    variant[place] = word;
            },
            scores => Scores.FirstMaximum(scores) == label).Index())
            if (!isRight)
            {
                used = i;
                break;
            }
        foreach (var (place, word) in exchanges.AsSpan(0, used))
            text[place] = word;
    }

    /// <summary>The exchanges that lower P, the most promising first, the earlier place first among equals.</summary>
    private IEnumerable<(int Place, int Word)> Order(ReadOnlySpan<int> text, int label)
    {
        var original = text.ToArray();
        var places = Enumerable.Range(0, original.Length).Where(place => original[place] != Unknown).ToArray();
        var saliencies = new List<(int Place, int Word)>();
        var trials = new List<(int Place, int Word)>();
        foreach (var place in places)
        {
            saliencies.Add((place, Unknown));
            foreach (var word in _candidates.Of(original[place]))
                trials.Add((place, word));
        }
        // The first variant is the text itself.
        var values = Outputs(1 + saliencies.Count + trials.Count, (i, variant) =>
        {
            original.CopyTo(variant);
            if (i > 0)
            {
                var (place, word) = i <= saliencies.Count ? saliencies[i - 1] : trials[i - 1 - saliencies.Count];
                variant[place] = word;
            }
        }, scores => (double)scores[label]);
        var weights = Softmax([.. saliencies.Select((_, i) => values[0] - values[1 + i])]);
        var weightOf = places.Zip(weights).ToDictionary(pair => pair.First, pair => pair.Second);
        return trials.Select((trial, i) => (trial.Place, trial.Word, Fall: values[0] - values[1 + saliencies.Count + i]))
            .GroupBy(trial => trial.Place).Select(place => place.MaxBy(trial => trial.Fall)).Where(best => best.Fall > 0)
            .OrderByDescending(best => weightOf[best.Place] * best.Fall).Select(best => (best.Place, best.Word));
    }

    private static double[] Softmax(double[] values)
    {
        if (values.Length == 0)
            return [];
        var greatest = values.Max();
        var powers = Array.ConvertAll(values, value => PortableMath.Exp(value - greatest));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => power / sum);
    }

    private delegate void WriteVariant(int variant, Span<int> text);

    private delegate T ReadOutput<T>(ReadOnlySpan<float> scores);

    /// <summary>Runs the net on so many variants of a text, and gives what is read from each one's output.</summary>
    private T[] Outputs<T>(int count, WriteVariant write, ReadOutput<T> read)
    {
        var (results, classes) = (new T[count], _outputs.Length / Variants);
        for (var first = 0; first < count; first += Variants)
        {
            var part = Math.Min(Variants, count - first);
            for (var i = 0; i < part; i++)
                write(first + i, _variants.AsSpan(i * _length, _length));
            _backend.Upload(MemoryMarshal.AsBytes(_variants.AsSpan()), _forward.Input);
            _forward.Run();
            _backend.Download(_forward.Output, MemoryMarshal.AsBytes(_outputs.AsSpan()));
            for (var i = 0; i < part; i++)
                results[first + i] = read(_outputs.AsSpan(i * classes, classes));
        }
        return results;
    }
}
