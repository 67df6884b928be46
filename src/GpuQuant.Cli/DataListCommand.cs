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
        var command = new Command("list", "Shows every data set, natural test set and published suite, and whether its files are here."
            + "\n\nExample: gpuquant data list") { folder };
        command.SetAction(parsed =>
        {
            var directory = CommonOptions.DataFolder(parsed, folder);
            var table = new Table().AddColumns("name", "here", "description");
            foreach (var entry in DataEntry.All)
                table.AddRow(Markup.Escape(entry.Name), Presence(entry, directory), Markup.Escape(entry.Description));
            CommonOptions.Output(parsed).Write(table);
        });
        return command;
    }

    private static string Presence(DataEntry entry, string directory)
    {
        if (entry.IsEmbedded)
            return "embedded";
        if (entry.IsPresent(directory))
            return "yes";
        var present = entry.Files.Count(file => DataDirectory.Find(directory, entry.Folder, file.PlainName) is not null);
        return present == 0 ? (entry.ByHand is null ? "no" : "no; by hand") : $"{present} of {entry.Files.Count} files";
    }
}
