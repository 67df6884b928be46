using System.Security.Cryptography;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Downloads;

/// <summary>Hashes of files, in lower-case hexadecimal digits.</summary>
internal static class FileHash
{
    /// <summary>The hash of what a stream still holds.</summary>
    public static async Task<string> OfAsync(Stream stream, HashAlgorithmName algorithm, CancellationToken cancellation) =>
        Convert.ToHexStringLower(await CryptographicOperations.HashDataAsync(algorithm, stream, cancellation).ConfigureAwait(false));

    /// <summary>The file's hash.</summary>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public static string Of(string path, HashAlgorithmName algorithm)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Convert.ToHexStringLower(CryptographicOperations.HashData(algorithm, stream));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"'{path}' cannot be read: {error.Message.TrimEnd('.')}; check the path and its permissions.", error);
        }
    }
}
