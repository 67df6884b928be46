using System.Text;

namespace GpuQuant.Experiments;

/// <summary>Fields of comma-separated files.</summary>
internal static class CsvField
{
    /// <summary>The field as it stands in a file: in quotes where it holds a comma, a quote or a line's end.</summary>
    public static string Quote(string field) =>
        field.AsSpan().ContainsAny(",\"\n\r") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    /// <summary>The fields of a line without line ends in them, out of their quotes.</summary>
    public static IReadOnlyList<string> Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
                field.Append(line[i++]);
            else if (line[i] == '"')
                isQuoted = !isQuoted;
            else if (line[i] == ',' && !isQuoted)
                Finish();
            else
                field.Append(line[i]);
        }
        Finish();
        return fields;

        void Finish()
        {
            fields.Add(field.ToString());
            field.Clear();
        }
    }
}
