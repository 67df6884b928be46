using System.Security.Cryptography;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>SHA-256 of files.</summary>
internal static class FileHash
{
    /// <summary>64 lower-case hexadecimal digits.</summary>
    public static async Task<string> Sha256Async(Stream stream, CancellationToken cancellation) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation).ConfigureAwait(false));

    /// <summary>The file's hash.</summary>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public static string Sha256(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"'{path}' cannot be read: {error.Message.TrimEnd('.')}; check the path and its permissions.", error);
        }
    }
}
