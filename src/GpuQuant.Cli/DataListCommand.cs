using System.CommandLine;
using GpuQuant.Data;
using Spectre.Console;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant data list</c>: which data sets exist and which of them are on this machine.</summary>
internal static class DataListCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var folder = CommonOptions.DataDir();
        var command = new Command("list", "Shows every data set and whether its files are here.\n\nExample: gpuquant data list") { folder };
        command.SetAction(parsed =>
        {
            var directory = CommonOptions.DataFolder(parsed, folder);
            var table = new Table().AddColumns("name", "here", "description");
            foreach (var source in Catalog.All<IDataSource>())
                table.AddRow(Markup.Escape(source.Name), Presence(source, directory), Markup.Escape(source.Description));
            CommonOptions.Output(parsed).Write(table);
        });
        return command;
    }

    private static string Presence(IDataSource source, string directory)
    {
        if (source.Files.Count == 0)
            return "embedded";
        if (source.IsPresent(directory))
            return "yes";
        var present = source.Files.Count(file => DataDirectory.Find(directory, source.Name, file.PlainName) is not null);
        return present == 0 ? "no" : $"{present} of {source.Files.Count} files";
    }
}
