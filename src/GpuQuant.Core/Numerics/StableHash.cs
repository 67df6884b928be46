namespace GpuQuant.Numerics;

/// <summary>
/// A 32-bit number for a name that never changes, unlike <see cref="string.GetHashCode()"/>, which differs in every process.
/// </summary>
public static class StableHash
{
    /// <summary>FNV-1a (Fowler, Noll, Vo) over the UTF-16 code units' bytes, low byte first. <c>Of("")</c> is 2166136261.</summary>
    public static uint Of(string name)
    {
        var hash = 2166136261u;
        foreach (var unit in name)
        {
            hash = (hash ^ (byte)unit) * 16777619u;
            hash = (hash ^ (byte)(unit >> 8)) * 16777619u;
        }
        return hash;
    }
}
