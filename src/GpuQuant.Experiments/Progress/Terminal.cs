namespace GpuQuant.Experiments;

/// <summary>What the console can show.</summary>
internal static class Terminal
{
    /// <summary>The width where none is known.</summary>
    public const int DefaultWidth = 80;

    /// <summary>A bar where a person looks at stderr; <c>gpuquant study ... &gt; table.txt</c>, redirecting stdout, keeps it.</summary>
    public static ProgressStyle ErrorStyle =>
        Console.IsErrorRedirected || Environment.GetEnvironmentVariable("TERM") == "dumb" ? ProgressStyle.Lines : ProgressStyle.Bar;

    /// <summary>The terminal's width in columns.</summary>
    public static int Width()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : DefaultWidth;
        }
        catch (Exception error) when (error is IOException or PlatformNotSupportedException)
        {
            return DefaultWidth;
        }
    }
}
