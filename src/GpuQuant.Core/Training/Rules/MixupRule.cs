using System.Globalization;
using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Rules;

/// <summary>
/// Mixup (Zhang et al. 2018): every sample of a batch, and its target with it, is mixed with another one of the batch, its partner in a
/// random permutation, by a weight of its own drawn from Beta(alpha, alpha). Of images the pixels are mixed, of texts what the embedding
/// makes of the words; or, as in the study, the word numbers themselves.
/// </summary>
public sealed record MixupRule : BatchRule
{
    /// <inheritdoc/>
    public override string Name => "mixup";

    /// <inheritdoc/>
    public override string Description => "samples and targets are mixed in pairs";

    /// <summary>How far weights keep from 0 and 1, above 0: 0.2 mostly lies near them, 1 is uniform.</summary>
    public double Alpha { get; init; } = 0.2;

    /// <summary>What is mixed; null: the pixels, or the embeddings for a data set of texts.</summary>
    public MixupOn? On { get; init; }

    /// <inheritdoc/>
    public override string Identity => string.Create(CultureInfo.InvariantCulture,
        $"mixup with alpha {Alpha:R}{(NeedsTexts ? $" on {On}" : "")}");

    /// <inheritdoc/>
    public override bool NeedsImages => !NeedsTexts;

    /// <inheritdoc/>
    public override bool NeedsTexts => On is MixupOn.Embeddings or MixupOn.Indices;

    /// <inheritdoc/>
    public override BatchRule For(TrainingSchedule schedule) =>
        this with { On = On ?? (schedule.IsText ? MixupOn.Embeddings : MixupOn.Pixels) };

    /// <inheritdoc/>
    public override void Validate()
    {
        if (!(Alpha > 0) || !double.IsFinite(Alpha))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"Mixup with alpha {Alpha} was asked for; it must be a number above 0, such as 0.2."));
    }

    /// <inheritdoc/>
    public override Graph Prepare(Graph graph)
    {
        if (On is not MixupOn.Embeddings)
            return graph;
        var embedding = EmbeddingOp.Of(graph);
        return GraphRewriter.Rewrite(graph, (node, inputs, builder) => node == embedding
            ? builder.Add(new MixSamplesOp(), [builder.Add(node.Op, inputs, node.Name)])
            : null);
    }

    /// <inheritdoc/>
    public override BatchStage Start(BatchContext context) => new Stage(context, this);

    private sealed class Stage : BatchStage
    {
        // What double arithmetic may leave below the number of two equal words.
        private const double Rounding = 1e-6;

        private readonly Backend _backend;
        private readonly MixupRule _rule;
        private readonly OwnedTensors _owned;
        private readonly TensorView _partners, _shares;
        private readonly int[] _partnerOf;
        private readonly float[] _shareOf;

        public Stage(BatchContext context, MixupRule rule)
        {
            (_backend, _rule, _owned) = (context.Backend, rule, new OwnedTensors(context.Backend));
            (_partnerOf, _shareOf) = (new int[context.Batch], new float[context.Batch]);
            _partners = _owned.Take("mixup.partners", DType.Int32, new Shape(context.Batch));
            _shares = _owned.Take("mixup.shares", DType.Float32, new Shape(context.Batch));
        }

        public override Action<BatchPosition> Bind(GraphProgram program)
        {
            Action[] actions = [InputMixing(program), MixingOf(program.Targets!)];
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

        private Action InputMixing(GraphProgram program) => _rule.On switch
        {
            MixupOn.Embeddings => MatrixOf(program.Mixing!),
            MixupOn.Indices => NumberMixingOf(program.Input),
            _ => MixingOf(program.Input),
        };

        private Action MixingOf(TensorView batch)
        {
            var (rows, plain) = (new Shape(batch.Shape[0]), _owned.Take("mixup.plain", DType.Float32, batch.Shape));
            var copy = new CopyCall(batch, plain).Prepare(_backend.Primitives);
            var mix = new MixupCall(plain, _partners.Slice(0, rows), _shares.Slice(0, rows), batch).Prepare(_backend.Primitives);
            return () =>
            {
                copy();
                mix();
            };
        }

        /// <summary>Row n of the matrix has the share of sample n at n and the rest at its partner, which may be itself.</summary>
        private Action MatrixOf(TensorView mixing)
        {
            var (count, matrix) = (mixing.Shape[0], new float[mixing.Count]);
            return () =>
            {
                Array.Clear(matrix);
                for (var n = 0; n < count; n++)
                {
                    matrix[n * count + n] = _shareOf[n];
                    matrix[n * count + _partnerOf[n]] += 1 - _shareOf[n];
                }
                _backend.Upload(MemoryMarshal.AsBytes(matrix.AsSpan()), mixing);
            };
        }

        private Action NumberMixingOf(TensorView texts)
        {
            var (length, plain, mixed) = (texts.Shape[1], new int[texts.Count], new int[texts.Count]);
            return () =>
            {
                _backend.Download(texts, MemoryMarshal.AsBytes(plain.AsSpan()));
                for (var i = 0; i < plain.Length; i++)
                {
                    var (share, other) = ((double)_shareOf[i / length], plain[_partnerOf[i / length] * length + i % length]);
                    mixed[i] = (int)(share * plain[i] + (1 - share) * other + Rounding);
                }
                _backend.Upload(MemoryMarshal.AsBytes(mixed.AsSpan()), texts);
            };
        }

        private void Draw(BatchPosition position)
        {
            var samples = position.Samples.Span;
            for (var i = 0; i < samples.Length; i++)
            {
                _partnerOf[i] = i;
                var random = new RandomStream(position.Seed, RandomPurpose.Mixup, (uint)position.Epoch, (uint)samples[i]);
                _shareOf[i] = (float)random.NextBeta(_rule.Alpha, _rule.Alpha);
            }
            // A sample leads at most one batch of an epoch, so that it can stand for the batch.
            var shuffle = new RandomStream(position.Seed, RandomPurpose.MixupPartner, (uint)position.Epoch, (uint)samples[0]);
            shuffle.Shuffle(_partnerOf.AsSpan(0, samples.Length));
        }
    }
}
