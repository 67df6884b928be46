namespace GpuQuant.Peers;

/// <summary>Things that are disposed of together.</summary>
internal sealed class Disposables(params IDisposable[] items) : IDisposable
{
    public void Dispose()
    {
        foreach (var item in items)
            item.Dispose();
    }
}
