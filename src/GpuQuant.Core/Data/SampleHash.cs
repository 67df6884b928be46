using System.Security.Cryptography;
using System.Text;

namespace GpuQuant.Data;

/// <summary>Tells data sets apart by their samples: the key of everything that is computed from them and kept.</summary>
public static class SampleHash
{
    /// <summary>The SHA-256 of number, element type, shape and bytes of all samples; labels and names do not count.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(IDataset set)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"{set.Count} {set.SampleType} {set.SampleShape}\n")));
        set.ReadBlocks(set.Count, hash.AppendData);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
