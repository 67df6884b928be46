using System.CommandLine;
using GpuQuant.Data;
using GpuQuant.Numerics;
using Spectre.Console;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant data verify NAME</c>: compares a data set's files with their pinned sizes and hashes.</summary>
internal static class DataVerifyCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (name, folder) = (CommonOptions.DataSet(), CommonOptions.DataDir());
        var command = new Command("verify", "Checks size and hash of a data set's files; exit code 3 if one is missing or wrong."
            + "\n\nExample: gpuquant data verify mnist") { name, folder };
        command.SetAction(parsed =>
        {
            var source = Catalog.Get<IDataSource>("data set", parsed.GetRequiredValue(name));
            var checks = DataVerifier.Verify(source, CommonOptions.DataFolder(parsed, folder));
            if (checks.Count == 0)
                parsed.InvocationConfiguration.Error.WriteLine($"{source.Name} is embedded in gpuquant: there is nothing to verify.");
            else
                CommonOptions.Output(parsed).Write(Report(checks));
            Require(source.Name, checks);
        });
        return command;
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
