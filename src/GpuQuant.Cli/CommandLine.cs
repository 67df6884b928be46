using System.CommandLine;
using GpuQuant.Numerics;

namespace GpuQuant.Cli;

/// <summary>The whole command line: parses, runs, and turns errors into one sentence and an exit code.</summary>
public static class CommandLine
{
    /// <summary>How long a stopped command may take to finish its step and leave its files in order.</summary>
    private static readonly TimeSpan TimeToStop = TimeSpan.FromMinutes(1);

    private const int Failure = 1, Usage = 2, Stopped = 130;

    /// <summary>Runs one command.</summary>
    /// <param name="args">What the user typed, without the program's name.</param>
    /// <param name="output">Where tables go.</param>
    /// <param name="error">Where messages go.</param>
    /// <returns>0; 2 for a wrong argument, 3 for bad data, 1 for a failure inside, 130 when stopped by the user.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        var parsed = Root().Parse(args);
        try
        {
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = output,
                Error = error,
                ProcessTerminationTimeout = TimeToStop,
            };
            var code = await parsed.InvokeAsync(configuration);
            return parsed.Errors.Count > 0 ? Usage : code;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync(
                "Stopped. Finished files and checkpoints are kept, nothing is half-written; the same command takes it up again.");
            return Stopped;
        }
        catch (GpuQuantException e)
        {
            await error.WriteLineAsync(e.Message);
            return e.ExitCode;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            await error.WriteLineAsync($"GpuQuant failed where it should not; please report this.\n{e}");
            return Failure;
        }
    }

    private static RootCommand Root() =>
        new("Trains, quantizes and stress-tests neural nets, on any GPU or on the CPU.\n\nExample: gpuquant study hu2022")
        {
            DevicesCommand.Create(), DataCommand.Create(), TrainCommand.Create(), QuantizeCommand.Create(), EvaluateCommand.Create(),
            AttackCommand.Create(), AnalyzeCommand.Create(), ExportCommand.Create(), StudyCommand.Create(), ReportCommand.Create(),
            BenchCommand.Create(),
        };
}
