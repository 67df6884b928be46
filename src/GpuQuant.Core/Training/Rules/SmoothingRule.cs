using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Rules;

/// <summary>
/// Label smoothing (Szegedy et al. 2016): each target gives up a share of itself, which all classes get in equal parts.
/// </summary>
/// <example>Share 0.1 of ten classes: 0.91 for the true one, 0.01 for each other.</example>
public sealed record SmoothingRule : BatchRule
{
    /// <inheritdoc/>
    public override string Name => "smoothing";

    /// <inheritdoc/>
    public override string Description => "a share of each target goes to all classes alike";

    /// <summary>The share, above 0 and below 1.</summary>
    public float Share { get; init; } = 0.1f;

    /// <inheritdoc/>
    public override bool NeedsImages => false;

    /// <inheritdoc/>
    public override string Identity => string.Create(CultureInfo.InvariantCulture, $"labels smoothed by {Share:R}");

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Share is > 0 and < 1))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"Labels were to be smoothed by a share of {Share}; it must be above 0 and below 1, such as 0.1."));
    }

    /// <inheritdoc/>
    public override BatchStage Start(BatchContext context) => new Stage(context.Backend, Share);

    private sealed class Stage(Backend backend, float share) : BatchStage
    {
        private readonly OwnedTensors _owned = new(backend);

        public override Action<BatchPosition> Bind(GraphProgram program)
        {
            var targets = program.Targets!;
            var sharp = _owned.Take("smoothing.sharp", DType.Float32, targets.Shape);
            KernelCall[] calls =
                [new CopyCall(targets, sharp), new FillCall(targets, share / targets.Shape[1]), new ScaledAddCall(1 - share, sharp, targets)];
            var actions = calls.Select(call => call.Prepare(backend.Primitives)).ToArray();
            return _ =>
            {
                foreach (var action in actions)
                    action();
            };
        }

        protected override void Dispose(bool disposing) => _owned.Dispose();
    }
}
