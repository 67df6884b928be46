namespace GpuQuant.Backends.Tests.Reference;

public static class CopyColumnsReference
{
    /// <summary>Element by element: what lies in none of the columns is what was there before.</summary>
    public static T[] Copy<T>(T[] source, int from, int at, T[] before, int to, int into, int columns) =>
        [.. before.Select((old, i) => i % to >= into && i % to < into + columns ? source[i / to * from + at + i % to - into] : old)];
}
