namespace GpuQuant.Data.Downloads;

/// <summary>One mirror did not deliver; the next one is tried. Never leaves the downloader.</summary>
/// <param name="reason">What it did, to follow its address in a sentence.</param>
/// <param name="unreachable">Whether the mirror was not reached at all, as without a network.</param>
internal sealed class MirrorException(string reason, bool unreachable = false) : Exception(reason)
{
    /// <summary>Whether the mirror was not reached at all.</summary>
    public bool Unreachable => unreachable;
}
