namespace GpuQuant.Experiments;

/// <summary>How progress is shown.</summary>
public enum ProgressStyle
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Plain lines, for a file or a log: one per epoch, and one per ten seconds within a long one.</summary>
    Lines,

    /// <summary>One line that is rewritten in place, for a person at a terminal.</summary>
    Bar,
}
