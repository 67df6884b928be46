using System.Globalization;
using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training;

/// <summary>
/// Mixup (Zhang et al. 2018): every sample of a batch, and its target with it, is mixed with another one of the batch, its partner in a
/// random permutation, by a weight of its own drawn from Beta(alpha, alpha).
/// </summary>
public sealed record MixupRule : BatchRule
{
    /// <inheritdoc/>
    public override string Name => "mixup";

    /// <inheritdoc/>
    public override string Description => "samples and targets are mixed in pairs";

    /// <summary>How far weights keep from 0 and 1, above 0: 0.2 mostly lies near them, 1 is uniform.</summary>
    public double Alpha { get; init; } = 0.2;

    /// <inheritdoc/>
    public override string Identity => string.Create(CultureInfo.InvariantCulture, $"mixup with alpha {Alpha:R}");

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Alpha > 0) || !double.IsFinite(Alpha))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"Mixup with alpha {Alpha} was asked for; it must be a number above 0, such as 0.2."));
    }

    /// <inheritdoc/>
    public override BatchStage Start(BatchContext context) => new Stage(context, Alpha);

    private sealed class Stage : BatchStage
    {
        private readonly Backend _backend;
        private readonly double _alpha;
        private readonly OwnedTensors _owned;
        private readonly TensorView _partners, _shares;
        private readonly int[] _partnerOf;
        private readonly float[] _shareOf;

        public Stage(BatchContext context, double alpha)
        {
            (_backend, _alpha, _owned) = (context.Backend, alpha, new OwnedTensors(context.Backend));
            (_partnerOf, _shareOf) = (new int[context.Batch], new float[context.Batch]);
            _partners = _owned.Take("mixup.partners", DType.Int32, new Shape(context.Batch));
            _shares = _owned.Take("mixup.shares", DType.Float32, new Shape(context.Batch));
        }

        public override Action<BatchPosition> Bind(GraphProgram program)
        {
            var actions = Mix(program.Input).Concat(Mix(program.Targets!)).Select(call => call.Prepare(_backend.Primitives)).ToArray();
            return position =>
            {
                Draw(position);
                _backend.Upload(MemoryMarshal.AsBytes(_partnerOf.AsSpan()), _partners);
                _backend.Upload(MemoryMarshal.AsBytes(_shareOf.AsSpan()), _shares);
                foreach (var action in actions)
                    action();
            };
        }

        protected override void Dispose(bool disposing) => _owned.Dispose();

        private KernelCall[] Mix(TensorView batch)
        {
            var (rows, plain) = (new Shape(batch.Shape[0]), _owned.Take("mixup.plain", DType.Float32, batch.Shape));
            return [new CopyCall(batch, plain), new MixupCall(plain, _partners.Slice(0, rows), _shares.Slice(0, rows), batch)];
        }

        private void Draw(BatchPosition position)
        {
            var samples = position.Samples.Span;
            for (var i = 0; i < samples.Length; i++)
            {
                _partnerOf[i] = i;
                var random = new RandomStream(position.Seed, RandomPurpose.Mixup, (uint)position.Epoch, (uint)samples[i]);
                _shareOf[i] = (float)random.NextBeta(_alpha, _alpha);
            }
            // A sample leads at most one batch of an epoch, so that it can stand for the batch.
            var shuffle = new RandomStream(position.Seed, RandomPurpose.MixupPartner, (uint)position.Epoch, (uint)samples[0]);
            shuffle.Shuffle(_partnerOf.AsSpan(0, samples.Length));
        }
    }
}
