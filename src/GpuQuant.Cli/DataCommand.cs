using System.CommandLine;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant data</c>: everything about data sets.</summary>
public static class DataCommand
{
    /// <summary>Makes the command with its subcommands list, get, verify, make and show.</summary>
    public static Command Create() => new("data", "Lists, fetches, checks and shifts data sets.\n\nExample: gpuquant data get mnist")
    {
        DataListCommand.Create(),
        DataGetCommand.Create(),
        DataVerifyCommand.Create(),
        DataMakeCommand.Create(),
        DataShowCommand.Create(),
    };
}
