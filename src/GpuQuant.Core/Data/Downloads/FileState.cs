namespace GpuQuant.Data.Downloads;

/// <summary>What became of comparing a file with its pinned size and hash.</summary>
public enum FileState
{
    /// <summary>Size and hash are right.</summary>
    Valid,
    /// <summary>There is no such file.</summary>
    Missing,
    /// <summary>It has another size: truncated, or another file.</summary>
    WrongSize,
    /// <summary>The size is right, the content is not.</summary>
    WrongHash,
}
