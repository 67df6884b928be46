using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Rules;

/// <summary>
/// What a strategy makes of each batch between its loading and the step: other samples, other targets, another loss. A record of its
/// settings; <see cref="Start"/> makes it work in one training. Several rules work one after another, each on what the one before left.
/// </summary>
public abstract record BatchRule : INamed
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>One line for help.</summary>
    public abstract string Description { get; }

    /// <summary>Everything that decides the result, as a part of the checkpoint's configuration.</summary>
    public abstract string Identity { get; }

    /// <summary>Whether the samples must be images.</summary>
    public virtual bool NeedsImages => true;

    /// <summary>Whether the samples must be texts.</summary>
    public virtual bool NeedsTexts => false;

    /// <summary>The rule with what a data set's schedule says of it, where the user has said nothing.</summary>
    public virtual BatchRule For(TrainingSchedule schedule) => this;

    /// <summary>A data set's options with what the study varies for this rule; what the user says comes after.</summary>
    public virtual TrainingOptions Adapt(TrainingOptions options, TrainingSchedule schedule) => options;

    /// <summary>Throws unless the settings make sense.</summary>
    /// <exception cref="UsageException">One does not; says what came and what was expected.</exception>
    public abstract void Validate();

    /// <summary>Throws unless the rule can work on such samples.</summary>
    /// <exception cref="UsageException">It changes pixels, and the samples are texts, or the other way round.</exception>
    public void Check(IDataset data)
    {
        if (NeedsTexts && data.SampleType != DType.Int32)
            throw new UsageException($"The strategy '{Name}' was set to change words; {data.Name} holds {data.SampleType} samples: leave "
                + "the settings for texts out, or choose a data set of texts.");
        if (NeedsImages && data.SampleType != DType.UInt8)
            throw new UsageException($"The strategy '{Name}' changes pixels; {data.Name} holds {data.SampleType} samples: leave '{Name}' "
                + "out, or choose a data set of images.");
    }

    /// <summary>The net as it is trained under the rule: with layers that do nothing in evaluation and have no parameters.</summary>
    /// <exception cref="UsageException">The net has not what the rule works on.</exception>
    public virtual Graph Prepare(Graph graph) => graph;

    /// <summary>Takes what the rule needs on the device; null: it has nothing to do there.</summary>
    public virtual BatchStage? Start(BatchContext context) => null;
}
