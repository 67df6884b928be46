using System.Security.Cryptography;

namespace GpuQuant.Data.Downloads;

/// <summary>A file of a published data set: where it can be fetched and how to know that it is the right one.</summary>
/// <param name="Name">The file's name in the data set's folder.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Hash">
/// Its hash in lower-case hexadecimal digits: 64 of them are a SHA-256; 32 are an MD5, for files whose authors publish nothing better.
/// </param>
/// <param name="Mirrors">https addresses, tried in order.</param>
public sealed record RemoteFile(string Name, long Size, string Hash, IReadOnlyList<Uri> Mirrors)
{
    /// <summary>The name without <c>.gz</c> or <c>.br</c>.</summary>
    public string PlainName => Path.GetExtension(Name) is ".gz" or ".br" ? Path.GetFileNameWithoutExtension(Name) : Name;

    /// <summary>What kind of hash is pinned.</summary>
    public HashAlgorithmName Algorithm => Hash.Length == 32 ? HashAlgorithmName.MD5 : HashAlgorithmName.SHA256;

    /// <summary>The hash's name for people: <c>SHA-256</c> or <c>MD5</c>.</summary>
    public string HashName => Algorithm == HashAlgorithmName.MD5 ? "MD5" : "SHA-256";
}
