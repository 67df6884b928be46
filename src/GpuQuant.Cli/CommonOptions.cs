using System.CommandLine;
using GpuQuant.Data;
using Spectre.Console;

namespace GpuQuant.Cli;

/// <summary>Options and consoles that several commands share, so that they are named and described alike everywhere.</summary>
internal static class CommonOptions
{
    /// <summary><c>--data-dir DIR</c>.</summary>
    public static Option<string?> DataDir() => new("--data-dir")
    {
        Description = $"The folder of the data sets (default: {DataDirectory.Variable}, else the user's cache folder).",
        HelpName = "DIR",
    };

    /// <summary><c>--seed N</c>, 0 by default.</summary>
    public static Option<ulong> Seed() => new("--seed")
    {
        Description = "The seed of all random draws.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    /// <summary><c>--quiet</c>.</summary>
    public static Option<bool> Quiet() => new("--quiet") { Description = "No progress and no messages, only errors." };

    /// <summary>The name of a data set as a command's argument.</summary>
    public static Argument<string> DataSet() => new("NAME")
    {
        Description = "The data set: " + string.Join(", ", Names<IDataSource>()) + ".",
    };

    /// <summary>The data folder that the user named, or the default one.</summary>
    public static string DataFolder(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) ?? DataDirectory.Default;

    /// <summary>Where tables go: standard output.</summary>
    public static IAnsiConsole Output(ParseResult parsed) => ConsoleOn(parsed.InvocationConfiguration.Output);

    /// <summary>Where progress and messages go: standard error.</summary>
    public static IAnsiConsole Messages(ParseResult parsed) => ConsoleOn(parsed.InvocationConfiguration.Error);

    /// <summary>The names of everything of one kind.</summary>
    public static IEnumerable<string> Names<T>() where T : INamed => Catalog.All<T>().Select(item => item.Name).Distinct();

    private static IAnsiConsole ConsoleOn(TextWriter writer) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });

    /// <summary>The first of some options that was given; null: none was.</summary>
    public static Option? FirstGiven(ParseResult parsed, IEnumerable<Option> options) =>
        options.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
}
