namespace GpuQuant.Data;

/// <summary>A file of a published data set: where it can be fetched and how to know that it is the right one.</summary>
/// <param name="Name">The file's name in the data set's folder.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Sha256">Its SHA-256, 64 lower-case hexadecimal digits.</param>
/// <param name="Mirrors">https addresses, tried in order.</param>
public sealed record RemoteFile(string Name, long Size, string Sha256, IReadOnlyList<Uri> Mirrors)
{
    /// <summary>The name without <c>.gz</c> or <c>.br</c>.</summary>
    public string PlainName => Path.GetExtension(Name) is ".gz" or ".br" ? Path.GetFileNameWithoutExtension(Name) : Name;
}
