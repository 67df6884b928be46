using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Training.Attacks;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Training.Rules;

/// <summary>
/// Adversarial training (Madry et al. 2018): a share of each batch is replaced by what an attack on the net, with its parameters at that
/// step, makes of it; the labels stay. The first samples of the batch are those, whose order is random anyway. Images are attacked along
/// the gradient of their pixels, texts by exchanging words.
/// </summary>
/// <example><c>new AdversarialRule { Attack = new(0.3f, 0.1f, 10), Share = 0.5 }</c>: the study's on MNIST.</example>
public sealed record AdversarialRule : BatchRule
{
    // So that 0.3 of 10 samples are 3, not 4, where the product lies beside 3.
    private const double Tolerance = 1e-9;

    /// <inheritdoc/>
    public override string Name => "adversarial";

    /// <inheritdoc/>
    public override string Description =>
        "a share of each batch is attacked: images by projected gradient descent, texts by exchanged words";

    /// <summary>The attack on images; null: the data set's.</summary>
    public Attack? Attack { get; init; }

    /// <summary>The attack on texts; null: there are none, or the usual one for a data set of texts.</summary>
    public WordAttack? Words { get; init; }

    /// <summary>The share of each batch that is attacked, rounded up to whole samples, above 0 and at most 1; null: the data set's.</summary>
    public double? Share { get; init; }

    /// <inheritdoc/>
    public override string Identity =>
        string.Create(CultureInfo.InvariantCulture, $"{UsedShare:R} of each batch attacked: {Words?.Identity ?? Used.Identity}");

    /// <inheritdoc/>
    public override bool NeedsImages => Words is null;

    /// <inheritdoc/>
    public override bool NeedsTexts => Words is not null;

    private Attack Used => Attack ?? Attack.Of(AttackSchedule.Photographs);

    private double UsedShare => Share ?? AttackSchedule.Photographs.Share;

    /// <inheritdoc/>
    public override BatchRule For(TrainingSchedule schedule) => this with
    {
        Attack = Attack ?? Attack.Of(schedule.Attack),
        Words = Words ?? (schedule.IsText ? new() : null),
        Share = Share ?? schedule.Attack.Share,
    };

    /// <inheritdoc/>
    public override TrainingOptions Adapt(TrainingOptions options, TrainingSchedule schedule) => schedule.Attack.LearningRate is { } rate
        ? options with { Optimizer = options.Optimizer with { LearningRate = rate } }
        : options;

    /// <inheritdoc/>
    public override void Validate()
    {
        Used.Validate();
        Words?.Validate();
        if (!(UsedShare is > 0 and <= 1))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"An attack on a share of {UsedShare} of each batch was asked for; it must be above 0 and at most 1."));
    }

    /// <inheritdoc/>
    public override BatchStage Start(BatchContext context) => new Stage(context, this);

    private sealed class Stage(BatchContext context, AdversarialRule rule) : BatchStage
    {
        private readonly List<IBatchAttacker> _attackers = [];
        private readonly WordCandidates? _candidates = rule.Words is { } words
            ? WordCandidates.For(context.Backend, context.Parameters[EmbeddingOp.TableOf(context.Graph)], context.Data, words)
            : null;

        public override Action<BatchPosition> Bind(GraphProgram program)
        {
            var samples = (int)Math.Ceiling(rule.UsedShare * program.Batch - Tolerance);
            var origin = First(program.Input, samples);
            var attacker = Plan(origin, First(program.Targets!, samples));
            _attackers.Add(attacker);
            var replace = new CopyCall(attacker.Result, origin).Prepare(context.Backend.Primitives);
            return position =>
            {
                attacker.Run(position.First(samples));
                replace();
            };
        }

        protected override void Dispose(bool disposing)
        {
            foreach (var attacker in _attackers)
                attacker.Dispose();
            _candidates?.Dispose();
        }

        private IBatchAttacker Plan(TensorView origin, TensorView targets) => rule.Words is { } words
            ? words.Plan(context.Backend, context.Graph, context.Parameters, _candidates!, origin, targets)
            : new Attacker(context.Backend, context.Graph, context.Parameters, context.Preprocessing, rule.Used, origin, targets);

        private static TensorView First(TensorView batch, int samples) =>
            batch.Slice(0, new Shape([samples, .. batch.Shape.Dims[1..]]));
    }
}
