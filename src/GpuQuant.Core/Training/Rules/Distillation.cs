using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Rules;

/// <summary>
/// Knowledge distillation (Hinton et al. 2015): the net learns from the labels and from a teacher's probabilities on the same batch. The
/// teacher runs on the device before each step, as in evaluation; it does not change.
/// </summary>
/// <param name="Teacher">The model to learn from.</param>
/// <param name="Share">The teacher's share of the loss, above 0 and up to 1; the labels have the rest.</param>
/// <param name="Temperature">What both nets' logits are divided by, above 0 (<see cref="DistillationLoss"/>).</param>
public sealed record Distillation(Model Teacher, float Share, float Temperature) : BatchRule
{
    /// <inheritdoc/>
    public override string Name => "distillation";

    /// <inheritdoc/>
    public override string Description => "the net learns from a teacher's probabilities too";

    /// <inheritdoc/>
    public override bool NeedsImages => false;

    /// <inheritdoc/>
    public override string Identity => string.Create(CultureInfo.InvariantCulture,
        $"{Share:R} of the loss from teacher {TrainingIdentity.Digest(Teacher)} at temperature {Temperature:R}");

    /// <summary>Throws unless share and temperature make sense.</summary>
    /// <exception cref="UsageException">One does not; says what came and what was expected.</exception>
    public static void Validate(float share, float temperature)
    {
        if (!(share is > 0 and <= 1))
            throw new UsageException($"A teacher's share of {share} in the loss was asked for; it must be above 0 and at most 1.");
        if (!(temperature > 0) || !float.IsFinite(temperature))
            throw new UsageException($"A distillation temperature of {temperature} was asked for; it must be a number above 0.");
    }

    /// <inheritdoc/>
    public override void Validate() => Validate(Share, Temperature);

    /// <inheritdoc/>
    public override BatchStage Start(BatchContext context)
    {
        var (taught, teaching) = (context.Graph, Teacher.Graph);
        return taught.Input.Output == teaching.Input.Output && taught.Output.Output == teaching.Output.Output
            ? new Stage(context.Backend, this, context.Batch)
            : throw new UsageException($"The teacher takes {teaching.Input.Output} and gives {teaching.Output.Output}; "
                + $"the net that learns from it takes {taught.Input.Output} and gives {taught.Output.Output}.");
    }

    private sealed class Stage : BatchStage
    {
        private readonly Backend _backend;
        private readonly DeviceParameters _parameters;
        private readonly GraphProgram _teacher;

        public Stage(Backend backend, Distillation rule, int batch)
        {
            var teacher = WithoutSoftmax(rule.Teacher.Graph);
            (_backend, _parameters) = (backend, new DeviceParameters(backend, rule.Teacher));
            try
            {
                _teacher = GraphProgram.ForInference(teacher, _parameters, backend, batch);
            }
            catch
            {
                _parameters.Dispose();
                throw;
            }
            Loss = new DistillationLoss(rule.Share, rule.Temperature, _teacher.Output);
        }

        public override Loss? Loss { get; }

        /// <summary>An epoch's last batch leaves the teacher's other rows as they were; nobody reads what comes of them.</summary>
        /// <exception cref="UsageException">The net that learns sees other samples than the teacher can.</exception>
        public override Action<BatchPosition> Bind(GraphProgram program)
        {
            if (program.Mixing is not null)
                throw new UsageException("A teacher cannot see samples that are mixed inside the net that learns from it; train without "
                    + "distillation, or without mixup on embeddings.");
            var copy = new CopyCall(program.Input, _teacher.Input.Slice(0, program.Input.Shape)).Prepare(_backend.Primitives);
            return _ =>
            {
                copy();
                _teacher.Run();
            };
        }

        protected override void Dispose(bool disposing)
        {
            _teacher.Dispose();
            _parameters.Dispose();
        }

        private static Graph WithoutSoftmax(Graph graph) => GraphRewriter.Rewrite(
            graph, (node, inputs, _) => node == graph.Output && node.Op is SoftmaxOp ? inputs[0] : null);
    }
}
