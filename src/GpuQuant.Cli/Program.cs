using System.CommandLine;
using GpuQuant.Cli;
using GpuQuant.Numerics;

var parsed = new RootCommand("Trains, quantizes and stress-tests neural nets.") { DataCommand.Create() }.Parse(args);
try
{
    var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? 2 : code;
}
catch (GpuQuantException error)
{
    Console.Error.WriteLine(error.Message);
    return error.ExitCode;
}
