using System.Security.Cryptography;
using GpuQuant.Data;
using GpuQuant.Data.Downloads;
using GpuQuant.Data.Drawn;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class DataVerifierTests
{
    private static readonly byte[] Content = [1, 2, 3];
    private static readonly RemoteFile File = new("a.gz", 3, Convert.ToHexStringLower(SHA256.HashData(Content)), []);

    [Theory]
    [InlineData(null, FileState.Missing, "no such file")]
    [InlineData(new byte[] { 1, 2, 3 }, FileState.Valid, "3 bytes")]
    [InlineData(new byte[] { 1, 2 }, FileState.WrongSize, "2 bytes, expected 3")]
    [InlineData(new byte[] { 1, 2, 4 }, FileState.WrongHash, "SHA-256")]
    public void Check_File_TellsItsState(byte[]? content, FileState state, string detail)
    {
        using var folder = new TemporaryFolder();
        if (content is not null)
            folder.Write("a.gz", content);
        var check = DataVerifier.Check(folder.File("a.gz"), File);
        Assert.Equal(state, check.State);
        Assert.Contains(detail, check.Detail);
    }

    // The MD5 of "abc" from RFC 1321, A.5.
    [Theory]
    [InlineData("abc", FileState.Valid, "3 bytes")]
    [InlineData("abd", FileState.WrongHash, "MD5 4911e516e5aa21d327512e0c8b197616, expected 900150983cd24fb0d6963f7d28e17f72")]
    public void Check_FilePinnedByMd5_TellsItsState(string content, FileState state, string detail)
    {
        using var folder = new TemporaryFolder();
        var file = new RemoteFile("a.npy", 3, "900150983cd24fb0d6963f7d28e17f72", []);
        var check = DataVerifier.Check(folder.Write("a.npy", System.Text.Encoding.ASCII.GetBytes(content)), file);
        Assert.Equal((state, detail), (check.State, check.Detail));
    }

    [Fact]
    public void Verify_FileInSubfolderOrFolder_IsFound()
    {
        using var folder = new TemporaryFolder();
        var source = new MnistSource();
        folder.Write(source.Files[0].Name, [1]);
        folder.Write("mnist/" + source.Files[1].Name, [1]);
        var checks = DataVerifier.Verify(source, folder.Path);
        FileState[] expected = [FileState.WrongSize, FileState.WrongSize, FileState.Missing, FileState.Missing];
        Assert.Equal(expected, checks.Select(check => check.State));
    }

    [Fact]
    public void Verify_EmbeddedSet_HasNothingToCheck() => Assert.Empty(DataVerifier.Verify(new GlyphsSource(), ""));
}
