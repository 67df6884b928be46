using System.CommandLine;
using GpuQuant.Data;
using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;
using Spectre.Console;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant data verify NAME</c>: compares files with their pinned sizes and hashes.</summary>
internal static class DataVerifyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (name, folder) = (Name(), CommonOptions.DataDir());
        var command = new Command("verify", "Checks size and hash of a data set's files; exit code 3 if one is missing or wrong."
            + "\n\nExample: gpuquant data verify mnist") { name, folder };
        command.SetAction(parsed =>
        {
            var (entry, directory) = (DataEntry.Get(parsed.GetRequiredValue(name)), CommonOptions.DataFolder(parsed, folder));
            if (entry.Suite?.Find(directory) is { } unpacked)
            {
                VerifyArrays(unpacked, CommonOptions.Output(parsed));
                return;
            }
            if (entry.ByHand is { } way && !entry.IsPresent(directory))
                throw new DataException($"{entry.Name} is not in '{directory}': {way}.");
            var checks = DataVerifier.Verify(entry.Folder, entry.Files, directory);
            if (checks.Count > 0 && checks.All(check => check.State == FileState.Missing) && entry.IsPresent(directory))
            {
                parsed.InvocationConfiguration.Error.WriteLine(
                    $"{entry.Name} is here in another form than its published files, and no hash of that is published to verify it by.");
                return;
            }
            if (checks.Count == 0)
                parsed.InvocationConfiguration.Error.WriteLine(entry.ByHand is null
                    ? $"{entry.Name} is embedded in gpuquant: there is nothing to verify."
                    : $"{entry.Name} is here, and no hash of its files is published to verify them by.");
            else
                CommonOptions.Output(parsed).Write(Report(checks));
            Require(entry.Name, checks);
        });
        return command;
    }

    private static Argument<string> Name() => new("NAME") { Description = $"What to check: {DataEntry.Names}." };

    /// <summary>An unpacked suite has no published hashes: each array's header is compared with its length.</summary>
    private static void VerifyArrays(string folder, IAnsiConsole output)
    {
        var table = new Table().AddColumns("file", "found");
        var paths = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => path.EndsWith(".npy", StringComparison.Ordinal) || path.EndsWith(".npy.gz", StringComparison.Ordinal)
                || path.EndsWith(".npy.br", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToArray();
        if (paths.Length == 0)
            throw new DataException($"The folder '{folder}' holds no .npy file; remove it and fetch its files again.");
        foreach (var path in paths)
        {
            var (type, shape) = NpyFile.ReadHeader(path);
            table.AddRow(Markup.Escape(path), $"{type} of {shape}");
        }
        output.Write(table);
    }

    private static Table Report(IReadOnlyList<FileCheck> checks)
    {
        var table = new Table().AddColumns("file", "state", "found");
        foreach (var check in checks)
            table.AddRow(Markup.Escape(check.Path), State(check.State), Markup.Escape(check.Detail));
        return table;
    }

    private static string State(FileState state) => state switch
    {
        FileState.Valid => "valid",
        FileState.Missing => "missing",
        FileState.WrongSize => "wrong size",
        _ => "wrong content",
    };

    private static void Require(string name, IReadOnlyList<FileCheck> checks)
    {
        var wrong = checks.Where(check => check.State != FileState.Valid).ToArray();
        if (wrong.Length > 0)
            throw new DataException($"{wrong.Length} of {checks.Count} files of {name} are missing or wrong ('{wrong[0].Path}': "
                + $"{wrong[0].Detail}); fetch them with 'gpuquant data get {name}', or name the folder that holds them with --data-dir.");
    }
}
