using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>What a console would show, as text.</summary>
internal static class PlainText
{
    /// <summary>The lines without colours and without spaces at their ends.</summary>
    public static string Of(int width, Action<IAnsiConsole> write)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Capabilities.Unicode = true;
        console.Profile.Width = width;
        write(console);
        return string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd()));
    }
}
