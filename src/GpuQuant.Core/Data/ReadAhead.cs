namespace GpuQuant.Data;

/// <summary>
/// Makes samples ready before they are read, on the thread pool: those that were announced last, in their order, as many as the memory
/// bound allows. A sample that was not announced is made when it is read; what it holds is the same either way.
/// </summary>
/// <param name="make">Makes one sample, on any thread.</param>
/// <param name="capacity">The most samples that are held or being made, at least 1.</param>
internal sealed class ReadAhead(Func<int, byte[]> make, int capacity)
{
    private readonly Lock _lock = new();
    private Dictionary<int, Task<byte[]>> _ready = [];

    /// <summary>Starts on the samples that come next and forgets those that no longer do.</summary>
    public void Announce(ReadOnlySpan<int> upcoming)
    {
        lock (_lock)
        {
            var ready = new Dictionary<int, Task<byte[]>>();
            foreach (var index in upcoming[..Math.Min(upcoming.Length, capacity)])
                if (!ready.ContainsKey(index))
                    ready[index] = _ready.GetValueOrDefault(index) ?? Task.Run(() => make(index));
            _ready = ready;
        }
    }

    /// <summary>A sample; what making it threw is thrown here.</summary>
    public byte[] Take(int index)
    {
        Task<byte[]>? task;
        lock (_lock)
            _ready.Remove(index, out task);
        return task is null ? make(index) : task.GetAwaiter().GetResult();
    }
}
