using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data.Text;

/// <summary>Archives that must not be trusted, and damaged ones.</summary>
public class AclImdbTests
{
    private const string Review = "aclImdb/train/pos/0_9.txt";

    public static TheoryData<string, TarEntry> Untrusted => new()
    {
        { "holds the path '../x.txt', which leaves its folder", ImdbFiles.File("../x.txt", [1]) },
        { "holds the path 'aclImdb/../../x', which leaves its folder", ImdbFiles.File("aclImdb/../../x", [1]) },
        { "holds the path '/aclImdb/train/pos/0_9.txt', which leaves", ImdbFiles.File("/" + Review, [1]) },
        { "holds the path '..\\x', which leaves", ImdbFiles.File("..\\x", [1]) },
        { "holds the link 'aclImdb/x'", new PaxTarEntry(TarEntryType.SymbolicLink, "aclImdb/x") { LinkName = "/etc" } },
        { "holds the link 'aclImdb/x'", new PaxTarEntry(TarEntryType.HardLink, "aclImdb/x") { LinkName = Review } },
        { "0_9.txt' is 1048577 bytes long, more than the 1048576", ImdbFiles.File(Review, new byte[(1 << 20) + 1]) },
        { "0_9.txt' line 2 has the byte 0xFF, which is no UTF-8", ImdbFiles.File(Review, [65, 10, 0xff]) },
    };

    [Theory]
    [MemberData(nameof(Untrusted), DisableDiscoveryEnumeration = true)]
    public void Load_UntrustedArchive_IsRefused(string expected, TarEntry entry) =>
        Assert.Contains(expected, Load(ImdbFiles.Archive([(Review, "good")], entry)).Message);

    /// <summary>A header that announces 7 GiB is refused before anything is read or stored.</summary>
    [Fact]
    public void Load_ArchiveBomb_IsRefusedByItsHeader()
    {
        var header = new byte[512];
        Encoding.ASCII.GetBytes("aclImdb/x").CopyTo(header, 0);
        Encoding.ASCII.GetBytes("0000644").CopyTo(header, 100);
        Encoding.ASCII.GetBytes(Convert.ToString(7L << 30, 8).PadLeft(11, '0')).CopyTo(header, 124);
        Encoding.ASCII.GetBytes("00000000000").CopyTo(header, 136);
        Encoding.ASCII.GetBytes("        0").CopyTo(header, 148);
        Encoding.ASCII.GetBytes("ustar\0" + "00").CopyTo(header, 257);
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        Assert.Contains("unpacks to more than 2147483648 bytes", Load(IdxBytes.Gzip([.. header, .. new byte[2048]])).Message);
    }

    [Fact]
    public void Load_WithoutTheReviews_NamesTheFirstRow() =>
        Assert.Contains("lacks the review of row 1;", Load(ImdbFiles.Archive([(Review, "good")])).Message);

    [Fact]
    public void Load_MutatedArchives_ThrowOnlyDataExceptions()
    {
        var whole = Gunzip(ImdbFiles.Archive([(Review, "good"), ("aclImdb/train/neg/0_1.txt", new string('x', 600))]));
        for (var i = 0u; i < 1_000; i++)
        {
            var random = new RandomStream(4, RandomPurpose.Test, 0, i);
            var bytes = whole[..random.NextInt32(0, whole.Length + 1)];
            for (var edits = random.NextInt32(0, 6); edits > 0 && bytes.Length > 0; edits--)
                bytes[random.NextInt32(0, bytes.Length)] = (byte)random.NextInt32(0, 256);
            Load(IdxBytes.Gzip(bytes));
        }
    }

    [Theory]
    [InlineData("x\ttrain/pos/0_9.txt\n")]
    [InlineData("0 train/pos/0_9.txt\n")]
    [InlineData("1\ttrain/neg/0_9.txt\n1\n")]
    [InlineData("0\ttrain/pos/0_9.txt\n1\ttrain/pos/0_9.txt\n")]
    public void Load_DamagedRowTable_NamesItsLine(string table)
    {
        using var folder = new TemporaryFolder();
        folder.Write("imdb/row_to_aclImdb.tsv", Encoding.UTF8.GetBytes(table));
        var line = table.Count(c => c == '\n');
        Assert.Contains($"row_to_aclImdb.tsv' line {line} is", Load(ImdbFiles.Archive([(Review, "good")]), folder).Message);
    }

    private static DataException Load(byte[] archive)
    {
        using var folder = new TemporaryFolder();
        return Load(archive, folder);
    }

    private static DataException Load(byte[] archive, TemporaryFolder folder)
    {
        folder.Write("imdb/aclImdb_v1.tar.gz", archive);
        return Assert.Throws<DataException>(() => new ImdbSource().Load(DataPart.Train, folder.Path));
    }

    private static byte[] Gunzip(byte[] compressed)
    {
        using var stream = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }
}
