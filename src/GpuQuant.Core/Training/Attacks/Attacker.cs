using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Attacks;

/// <summary>
/// An <see cref="Attack"/> on a device: planned once for a batch, then run as often as wanted. The net is attacked as evaluation sees it,
/// with running statistics and without dropout, and with its parameters as they are at that time. Allocates nothing after it was made.
/// </summary>
public sealed class Attacker : IBatchAttacker
{
    private readonly Backend _backend;
    private readonly GraphProgram _program;
    private readonly OwnedTensors _owned;
    private readonly TensorView _position;
    private readonly int[] _words;
    private readonly int _iterations;
    private readonly Action[] _start;
    private readonly Action _step;

    /// <summary>Plans the attack.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="graph">The net that is attacked.</param>
    /// <param name="parameters">Its parameters on the device.</param>
    /// <param name="preprocessing">How pixels became samples: the range of pixels holds before the mean is subtracted.</param>
    /// <param name="attack">The attack.</param>
    /// <param name="origin">The samples, batch first; they stay as they are.</param>
    /// <param name="targets">Their true classes as distributions, batch x classes.</param>
    /// <exception cref="UsageException">The attack's settings make no sense, or a layer of the net has no gradient.</exception>
    /// <exception cref="ComputationException">The plan does not fit the device.</exception>
    public Attacker(Backend backend, Graph graph, DeviceParameters parameters, Preprocessing preprocessing, Attack attack,
        TensorView origin, TensorView targets)
    {
        attack.Validate();
        var batch = origin.Shape[0];
        (_backend, _owned) = (backend, new OwnedTensors(backend));
        (_iterations, _words) = (attack.Iterations, new int[DropoutCall.PositionHeader + batch]);
        try
        {
            _program = GraphProgram.ForInputGradient(graph, parameters, backend, batch, Loss.For(graph));
            _position = _owned.Take("attack.position", DType.Int32, new Shape(_words.Length));
            var mean = _owned.Take("attack.mean", DType.Float32, new Shape(origin.Count / batch));
            if (preprocessing.Mean is { } values)
                backend.Upload(MemoryMarshal.AsBytes(values.AsSpan()), mean);
            var step = _owned.WithWorkspace(new PgdStepCall(_program.InputGradient!, origin, mean, _program.Input, attack.Norm,
                attack.StepSize, attack.Radius, attack.Low, attack.High));
            _step = step.Prepare(backend.Primitives);
            KernelCall[] copies = [new CopyCall(origin, Result), new CopyCall(targets, _program.Targets!)];
            _start = [.. copies.Concat(RandomStart(attack, step)).Select(call => call.Prepare(backend.Primitives))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The attacked samples after <see cref="Run"/>.</summary>
    public TensorView Result => _program.Input;

    /// <summary>The memory that the attack's gradients take.</summary>
    public long ArenaBytes => _program.ArenaBytes;

    /// <summary>Attacks the samples.</summary>
    /// <param name="position">Which they are, as many as the batch has; random starts are a function of it.</param>
    public void Run(BatchPosition position)
    {
        position.CopyTo(_words);
        _backend.Upload(MemoryMarshal.AsBytes(_words.AsSpan()), _position);
        foreach (var action in _start)
            action();
        for (var i = 0; i < _iterations; i++)
        {
            _program.Run();
            _step();
        }
    }

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        _program?.Dispose(); // null if the constructor failed
        _owned.Dispose();
    }

    private IEnumerable<KernelCall> RandomStart(Attack attack, PgdStepCall step)
    {
        if (!attack.StartsRandom)
            return [];
        var draw = new UniformCall(step.Gradient, _position, RandomPurpose.AttackStart);
        return attack.Norm == AttackNorm.LInfinity
            ? [draw, new ScaledAddCall(attack.Radius, step.Gradient, step.Samples), step with { Step = 0 }]
            : [draw, step with { Step = attack.Radius }];
    }
}
