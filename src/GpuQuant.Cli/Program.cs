using System.CommandLine;
using GpuQuant.Cli;
using GpuQuant.Numerics;

var root = new RootCommand("Trains, quantizes and stress-tests neural nets, on any GPU or on the CPU.\n\nExample: gpuquant study hu2022")
{
    DevicesCommand.Create(), DataCommand.Create(), TrainCommand.Create(), QuantizeCommand.Create(), EvaluateCommand.Create(), StudyCommand.Create(),
};
var parsed = root.Parse(args);
try
{
    var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    return parsed.Errors.Count > 0 ? 2 : code;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped. The same command goes on from the last checkpoint.");
    return 130;
}
catch (GpuQuantException error)
{
    Console.Error.WriteLine(error.Message);
    return error.ExitCode;
}
