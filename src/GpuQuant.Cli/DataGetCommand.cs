using System.CommandLine;
using GpuQuant.Data;
using Spectre.Console;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant data get NAME</c>: fetches a data set's files.</summary>
internal static class DataGetCommand
{
    private const int Cancelled = 130;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (name, folder, quiet) = (CommonOptions.DataSet(), CommonOptions.DataDir(), CommonOptions.Quiet());
        var command = new Command("get", "Fetches a data set over https, continuing where an earlier attempt stopped, "
            + "and checks size and hash.\n\nExample: gpuquant data get mnist --data-dir ./data") { name, folder, quiet };
        command.SetAction(async (parsed, cancellation) =>
        {
            var source = Catalog.Get<IDataSource>("data set", parsed.GetRequiredValue(name));
            var target = CommonOptions.DataFolder(parsed, folder);
            var messages = parsed.GetValue(quiet) ? TextWriter.Null : parsed.InvocationConfiguration.Error;
            try
            {
                await FetchAllAsync(source, target, messages, CommonOptions.Messages(parsed), cancellation);
                return 0;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                messages.WriteLine("Cancelled; the same command continues where this one stopped.");
                return Cancelled;
            }
        });
        return command;
    }

    private static async Task FetchAllAsync(
        IDataSource source, string directory, TextWriter messages, IAnsiConsole console, CancellationToken cancellation)
    {
        if (source.Files.Count == 0)
            messages.WriteLine($"{source.Name} is embedded in gpuquant: there is nothing to fetch.");
        using var downloader = new Downloader();
        foreach (var check in DataVerifier.Verify(source, directory))
        {
            if (check.State == FileState.Valid)
            {
                messages.WriteLine($"{check.Path}: already there");
                continue;
            }
            var live = messages != TextWriter.Null && !Console.IsErrorRedirected && console.Profile.Capabilities.Interactive;
            await FetchOneAsync(downloader, check, Path.Combine(directory, source.Name), live ? console : null, cancellation);
            messages.WriteLine($"{Path.Combine(directory, source.Name, check.File.Name)}: fetched, {check.File.Size} bytes");
        }
    }

    private static Task<bool> FetchOneAsync(
        Downloader downloader, FileCheck check, string folder, IAnsiConsole? console, CancellationToken cancellation)
    {
        if (console is null)
            return downloader.FetchAsync(check.File, folder, null, cancellation);
        return console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask(Markup.Escape(check.File.Name), maxValue: check.File.Size);
                return downloader.FetchAsync(check.File, folder, progress => bar.Value = progress.Bytes, cancellation);
            });
    }
}
