using GpuQuant.Backends;

namespace GpuQuant.Graphs;

/// <summary>
/// Places of tensors in one arena: tensors that are not alive at the same time share memory. Greedy, largest first, each at the lowest
/// offset where it meets no tensor alive with it (Pisarchyk and Lee 2020, "Efficient memory management for deep neural net inference").
/// </summary>
internal sealed class ArenaLayout
{
    private const int Alignment = 256;

    private ArenaLayout(IReadOnlyList<(Storage Storage, long Offset)> places, long bytes) => (Places, Bytes) = (places, bytes);

    /// <summary>Where each storage begins.</summary>
    public IReadOnlyList<(Storage Storage, long Offset)> Places { get; }

    /// <summary>The arena's size.</summary>
    public long Bytes { get; }

    /// <summary>Lays out every storage that the calls touch and that has no place yet.</summary>
    /// <param name="calls">The calls, in order.</param>
    /// <param name="wholeProgram">Storages that live from before the first call until after the last: inputs and outputs.</param>
    public static ArenaLayout Of(IReadOnlyList<KernelCall> calls, IEnumerable<Storage> wholeProgram)
    {
        var lives = wholeProgram.Where(storage => !storage.IsPlaced).ToDictionary(storage => storage, _ => (First: -1, Last: calls.Count));
        for (var i = 0; i < calls.Count; i++)
            foreach (var view in calls[i].Reads.Concat(calls[i].Writes).Append(calls[i].Workspace!))
                if (view is { Storage: { IsPlaced: false } storage })
                    lives[storage] = lives.TryGetValue(storage, out var life) ? (life.First, Math.Max(life.Last, i)) : (i, i);
        var placed = new List<(Storage Storage, long Offset, int First, int Last)>();
        // The order among equals is that of first use, so that a plan is the same every time.
        foreach (var (storage, life) in lives.OrderByDescending(entry => entry.Key.Bytes).ThenBy(entry => entry.Value.First))
            placed.Add((storage, LowestFree(placed, storage.Bytes, life.First, life.Last), life.First, life.Last));
        var bytes = placed.Count == 0 ? 0 : placed.Max(p => p.Offset + Align(p.Storage.Bytes));
        return new([.. placed.Select(p => (p.Storage, p.Offset))], bytes);
    }

    private static long LowestFree(List<(Storage Storage, long Offset, int First, int Last)> placed, long bytes, int first, int last)
    {
        var offset = 0L;
        foreach (var other in placed.Where(p => p.First <= last && first <= p.Last).OrderBy(p => p.Offset))
        {
            if (offset + bytes <= other.Offset)
                break;
            offset = Math.Max(offset, other.Offset + Align(other.Storage.Bytes));
        }
        return offset;
    }

    private static long Align(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
