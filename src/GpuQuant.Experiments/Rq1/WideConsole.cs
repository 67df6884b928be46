using Spectre.Console;
using Spectre.Console.Rendering;

namespace GpuQuant.Experiments;

/// <summary>Writes what must not be squeezed.</summary>
internal static class WideConsole
{
    /// <summary>Writes a table at its own width: on a narrower terminal its lines run on, but no number is cut.</summary>
    public static void Write(IAnsiConsole console, Table table)
    {
        var width = console.Profile.Width;
        const int Endless = 100_000;
        var natural = ((IRenderable)table).Measure(RenderOptions.Create(console), Endless).Max;
        try
        {
            console.Profile.Width = Math.Max(width, natural);
            console.Write(table);
        }
        finally
        {
            console.Profile.Width = width;
        }
    }
}
