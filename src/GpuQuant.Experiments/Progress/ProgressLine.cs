namespace GpuQuant.Experiments;

/// <summary>
/// One line of a terminal, rewritten in place with a carriage return and blanks. That works in every terminal, hides no cursor and
/// sets no mode, so a killed program leaves nothing behind to repair.
/// </summary>
internal sealed class ProgressLine(TextWriter output, Func<int> width)
{
    private int _drawn;

    /// <summary>Rewrites the line.</summary>
    /// <param name="text">The text for a given number of columns.</param>
    /// <param name="keep">Goes on to the next line.</param>
    public void Draw(Func<int, string> text, bool keep)
    {
        // The last column stays free: writing there makes some terminals go to the next line.
        var room = Math.Max(1, width() - 1);
        var content = text(room);
        if (content.Length > room)
            content = content[..room];
        output.Write("\r" + content.PadRight(Math.Min(_drawn, room)));
        _drawn = content.Length;
        if (keep)
            End();
        output.Flush();
    }

    /// <summary>Writes a line of its own.</summary>
    public void Write(string line)
    {
        output.WriteLine(line);
        output.Flush();
    }

    /// <summary>Goes on to the next line, unless this one is empty.</summary>
    public void End()
    {
        if (_drawn == 0)
            return;
        output.WriteLine();
        output.Flush();
        _drawn = 0;
    }
}
