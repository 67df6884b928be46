namespace GpuQuant.Experiments;

/// <summary>A column of a table before it is laid out.</summary>
/// <param name="Header">Its header, of one or more lines.</param>
/// <param name="Cells">A cell per line.</param>
/// <param name="Footer">The last line, below a rule; null without one.</param>
internal sealed record TextColumn(string Header, IReadOnlyList<string> Cells, string? Footer)
{
    /// <summary>The columns that it needs on a terminal.</summary>
    public int Width => Cells.Append(Footer ?? "").Concat(Header.Split('\n')).Max(text => text.Length);

    /// <summary>One column of two, both right-aligned.</summary>
    public TextColumn Beside(TextColumn right)
    {
        return new TextColumn(
            Join(Header, right.Header), [.. Cells.Zip(right.Cells, Join)], Footer is null ? null : Join(Footer, right.Footer!));

        string Join(string one, string other) => $"{one.PadLeft(Width)} {other.PadLeft(right.Width)}";
    }
}
