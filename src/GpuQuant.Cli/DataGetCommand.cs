using System.CommandLine;
using GpuQuant.Data;
using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using Spectre.Console;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant data get NAME ...</c>: fetches the files of data sets, natural test sets and published suites.</summary>
internal static class DataGetCommand
{
    private const int Cancelled = 130;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (names, folder, quiet) = (Names(), CommonOptions.DataDir(), CommonOptions.Quiet());
        var command = new Command("get", "Fetches data sets over https, continuing where an earlier attempt stopped, "
            + "checks size and hash, and unpacks suites.\n\nExample: gpuquant data get mnist mnist-c --data-dir ./data")
            { names, folder, quiet };
        command.SetAction(async (parsed, cancellation) =>
        {
            var entries = parsed.GetRequiredValue(names).Distinct().Select(DataEntry.Get).ToArray();
            var target = CommonOptions.DataFolder(parsed, folder);
            var messages = parsed.GetValue(quiet) ? TextWriter.Null : parsed.InvocationConfiguration.Error;
            try
            {
                foreach (var entry in entries)
                    await FetchAsync(entry, target, messages, CommonOptions.Messages(parsed), cancellation);
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

    private static Argument<string[]> Names() => new("NAME")
    {
        Description = $"What to fetch: {DataEntry.Names}.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static async Task FetchAsync(
        DataEntry entry, string directory, TextWriter messages, IAnsiConsole console, CancellationToken cancellation)
    {
        if ((entry.Suite is not null || entry.ByHand is not null) && entry.IsPresent(directory))
        {
            messages.WriteLine($"{entry.Suite?.Find(directory) ?? entry.Name}: already there");
            return;
        }
        await FetchFilesAsync(entry, directory, messages, console, cancellation);
        if (entry.Suite is null)
            return;
        messages.WriteLine($"{entry.Name}: unpacking");
        messages.WriteLine($"{SuiteArchive.Unpack(entry.Suite, directory, cancellation: cancellation)}: unpacked");
    }

    private static async Task FetchFilesAsync(
        DataEntry entry, string directory, TextWriter messages, IAnsiConsole console, CancellationToken cancellation)
    {
        if (entry.ByHand is { } way)
            throw new DataException($"{entry.Name} has no files that can be fetched and checked: {way}.");
        if (entry.Files.Count == 0)
            messages.WriteLine($"{entry.Name} is embedded in gpuquant: there is nothing to fetch.");
        using var downloader = new Downloader();
        foreach (var check in DataVerifier.Verify(entry.Folder, entry.Files, directory))
        {
            if (check.State == FileState.Valid)
            {
                messages.WriteLine($"{check.Path}: already there");
                continue;
            }
            var live = messages != TextWriter.Null && !Console.IsErrorRedirected && console.Profile.Capabilities.Interactive;
            await FetchOneAsync(downloader, check, Path.Combine(directory, entry.Folder), live ? console : null, cancellation);
            messages.WriteLine($"{Path.Combine(directory, entry.Folder, check.File.Name)}: fetched, {check.File.Size} bytes");
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
