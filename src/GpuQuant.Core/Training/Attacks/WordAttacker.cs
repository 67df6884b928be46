using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Attacks;

/// <summary>
/// A <see cref="WordAttack"/> on a device: planned once for a batch, then run as often as wanted. The net is attacked as evaluation sees
/// it and with its parameters as they are at that time. Draws nothing; allocates nothing after it was made.
/// </summary>
internal sealed class WordAttacker : IBatchAttacker
{
    private const int LossAndHit = 2;

    private readonly Backend _backend;
    private readonly WordAttack _attack;
    private readonly WordCandidates _candidates;
    private readonly GraphProgram _gradients, _forward;
    private readonly OwnedTensors _owned;
    private readonly TensorView _origin, _perSample;
    private readonly Action _copyTargets, _copyTexts, _lose;
    private readonly WordExchanges[] _exchanges;
    private readonly int[] _texts, _trial;
    private readonly float[] _slopes, _losses, _trialLosses;

    /// <summary>Plans the attack.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="graph">The net that is attacked; takes word numbers.</param>
    /// <param name="parameters">Its parameters on the device.</param>
    /// <param name="attack">The attack.</param>
    /// <param name="candidates">The candidates.</param>
    /// <param name="origin">The texts, batch first; they stay as they are.</param>
    /// <param name="targets">Their true classes as distributions, batch x classes.</param>
    /// <exception cref="UsageException">The net has no embedding, or a layer without a gradient.</exception>
    /// <exception cref="ComputationException">The plan does not fit the device.</exception>
    public WordAttacker(Backend backend, Graph graph, DeviceParameters parameters, WordAttack attack, WordCandidates candidates,
        TensorView origin, TensorView targets)
    {
        var (batch, loss) = (origin.Shape[0], Loss.For(graph));
        (_backend, _attack, _candidates, _origin, _owned) = (backend, attack, candidates, origin, new OwnedTensors(backend));
        try
        {
            _gradients = GraphProgram.ForEmbeddingGradient(graph, parameters, backend, batch, loss);
            _forward = GraphProgram.ForInference(graph, parameters, backend, batch, output: loss.Logits(graph).Name);
            _perSample = _owned.Take("words.loss", DType.Float32, new Shape(batch, LossAndHit));
            var unused = _owned.Take("words.loss.gradient", DType.Float32, _forward.Output.Shape);
            _lose = _owned.WithWorkspace(loss.PerSample(_forward.Output, targets, _perSample, unused)).Prepare(backend.Primitives);
            _copyTargets = new CopyCall(targets, _gradients.Targets!).Prepare(backend.Primitives);
            _copyTexts = new CopyCall(origin, _gradients.Input).Prepare(backend.Primitives);
        }
        catch
        {
            Dispose();
            throw;
        }
        _exchanges = [.. Enumerable.Range(0, batch).Select(_ => new WordExchanges(attack.Substitutions))];
        (_texts, _trial, _slopes) = (new int[origin.Count], new int[origin.Count], new float[_gradients.InputGradient!.Count]);
        (_losses, _trialLosses) = (new float[_perSample.Count], new float[_perSample.Count]);
    }

    /// <inheritdoc/>
    public TensorView Result => _forward.Input;

    /// <inheritdoc/>
    public void Run(BatchPosition position)
    {
        _backend.Download(_origin, MemoryMarshal.AsBytes(_texts.AsSpan()));
        _candidates.Update(position.Epoch, _texts);
        FindExchanges();
        Measure(_texts, _losses);
        for (var round = 0; round < _attack.Rounds; round++)
        {
            _texts.CopyTo(_trial, 0);
            for (var n = 0; n < _exchanges.Length; n++)
                Exchange(n, round);
            Measure(_trial, _trialLosses);
            for (var n = 0; n < _exchanges.Length; n++)
                if (_trialLosses[n * LossAndHit] > _losses[n * LossAndHit])
                    Accept(n);
        }
        _backend.Upload(MemoryMarshal.AsBytes(_texts.AsSpan()), Result);
    }

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        _gradients?.Dispose(); // null if the constructor failed
        _forward?.Dispose();
        _owned.Dispose();
    }

    private void FindExchanges()
    {
        _copyTexts();
        _copyTargets();
        _gradients.Run();
        _backend.Download(_gradients.InputGradient!, MemoryMarshal.AsBytes(_slopes.AsSpan()));
        for (var n = 0; n < _exchanges.Length; n++)
            _exchanges[n].Find(Sample(_texts, n), Sample(_slopes, n), _candidates);
    }

    /// <summary>Makes a round's part of the exchanges in the trial text.</summary>
    private void Exchange(int n, int round)
    {
        var exchanges = _exchanges[n];
        var text = Sample(_trial, n);
        var part = (exchanges.Count + _attack.Rounds - 1) / _attack.Rounds;
        for (var i = round * part; i < Math.Min(exchanges.Count, (round + 1) * part); i++)
            text[exchanges[i].Place] = exchanges[i].Word;
    }

    private void Accept(int n)
    {
        Sample(_trial, n).CopyTo(Sample(_texts, n));
        Sample(_trialLosses, n).CopyTo(Sample(_losses, n));
    }

    /// <summary>Gives every text's loss, and whether it is classified rightly, which nobody asks for here.</summary>
    private void Measure(int[] texts, float[] losses)
    {
        _backend.Upload(MemoryMarshal.AsBytes(texts.AsSpan()), _forward.Input);
        _forward.Run();
        _lose();
        _backend.Download(_perSample, MemoryMarshal.AsBytes(losses.AsSpan()));
    }

    private Span<T> Sample<T>(T[] batch, int n) => batch.AsSpan(n * (batch.Length / _exchanges.Length), batch.Length / _exchanges.Length);
}
