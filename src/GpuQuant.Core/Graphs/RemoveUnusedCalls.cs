using GpuQuant.Backends;

namespace GpuQuant.Graphs;

/// <summary>
/// Takes planned calls away from which nothing that is wanted follows: where only the samples' gradient is, those that compute the
/// parameters'.
/// </summary>
internal static class RemoveUnusedCalls
{
    /// <summary>Changes the list of calls; a call stays if it writes what is wanted or what a later call that stays reads.</summary>
    public static void Apply(List<(KernelCall Call, Node? Node)> calls, IEnumerable<TensorView> wanted)
    {
        var used = wanted.Select(view => view.Storage).ToHashSet();
        for (var i = calls.Count - 1; i >= 0; i--)
            if (calls[i].Call.Writes.Any(view => used.Contains(view.Storage)))
                used.UnionWith(calls[i].Call.Reads.Select(view => view.Storage));
            else
                calls.RemoveAt(i);
    }
}
