using System.Text;
using Spectre.Console;

namespace GpuQuant.Peers;

/// <summary>A terminal or file that takes whole rows, however narrow it says it is.</summary>
internal sealed class WideOutput(TextWriter writer) : IAnsiConsoleOutput
{
    private const int LeastWidth = 125;

    public TextWriter Writer => writer;

    public bool IsTerminal => !Console.IsOutputRedirected;

    public int Width => IsTerminal ? Math.Max(LeastWidth, Console.WindowWidth) : LeastWidth;

    public int Height => 24;

    public void SetEncoding(Encoding encoding)
    {
    }
}
