namespace GpuQuant.Data.Downloads;

/// <summary>Compares the files of a data set with their pinned sizes and hashes (<c>gpuquant data verify NAME</c>).</summary>
public static class DataVerifier
{
    /// <summary>Checks every file of a set, in the set's folder or in the data folder itself; an embedded set has none.</summary>
    /// <exception cref="Numerics.DataException">A file exists but cannot be read.</exception>
    public static IReadOnlyList<FileCheck> Verify(IDataSource source, string dataDirectory) =>
        Verify(source.Name, source.Files, dataDirectory);

    /// <summary>Checks files in one subfolder of the data folder, or in the data folder itself.</summary>
    /// <exception cref="Numerics.DataException">A file exists but cannot be read.</exception>
    public static IReadOnlyList<FileCheck> Verify(string folder, IReadOnlyList<RemoteFile> files, string dataDirectory) =>
        [.. files.Select(file => Check(Locate(folder, dataDirectory, file.Name), file))];

    /// <summary>Checks one file at one place.</summary>
    /// <exception cref="Numerics.DataException">The file exists but cannot be read.</exception>
    public static FileCheck Check(string path, RemoteFile file)
    {
        if (!File.Exists(path))
            return new FileCheck(file, path, FileState.Missing, "no such file");
        var size = new FileInfo(path).Length;
        if (size != file.Size)
            return new FileCheck(file, path, FileState.WrongSize, $"{size} bytes, expected {file.Size}");
        var hash = FileHash.Of(path, file.Algorithm);
        return hash == file.Hash
            ? new FileCheck(file, path, FileState.Valid, $"{size} bytes")
            : new FileCheck(file, path, FileState.WrongHash, $"{file.HashName} {hash}, expected {file.Hash}");
    }

    private static string Locate(string set, string dataDirectory, string file)
    {
        var places = DataDirectory.Folders(dataDirectory, set).Select(folder => Path.Combine(folder, file)).ToArray();
        return places.FirstOrDefault(File.Exists) ?? places[0];
    }
}
