namespace GpuQuant.Experiments;

/// <summary>The embedded files with the paper's numbers.</summary>
internal static class PaperFile
{
    /// <summary>The cells of each line after the header.</summary>
    public static IEnumerable<string[]> Lines(string name, string header)
    {
        using var stream = typeof(PaperFile).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        if (reader.ReadLine() != header)
            throw new InvalidDataException($"The embedded {name} does not begin with '{header}'.");
        while (reader.ReadLine() is { } line)
            yield return line.Split(',');
    }
}
