namespace GpuQuant.Experiments;

/// <summary>Fields of comma-separated files.</summary>
internal static class CsvField
{
    /// <summary>The field as it stands in a file: in quotes where it holds a comma, a quote or a line's end.</summary>
    public static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\n\r") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
