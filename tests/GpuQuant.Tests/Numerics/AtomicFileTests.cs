using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Numerics;

public class AtomicFileTests
{
    [Fact]
    public void Write_NewFileInNewFolder_HoldsTheContentAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a/b/c.bin");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.File("a/b")));
    }

    [Fact]
    public void Write_ExistingFile_IsReplacedWhole()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("c.bin", [9, 9, 9, 9, 9]);
        AtomicFile.Write(path, stream => stream.Write([1]));
        Assert.Equal([1], File.ReadAllBytes(path));
    }

    [Fact]
    public void Write_WriterThrows_LeavesTheOldFileAndNoOther()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("c.bin", [9]);
        void Fail(Stream stream)
        {
            stream.Write([1, 2]);
            throw new InvalidOperationException("half way");
        }
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, Fail));
        Assert.Equal([9], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Write_WhileOldFileIsRead_ReaderKeepsTheOldContent()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not replace a file that is open.");
        using var folder = new TemporaryFolder();
        var path = folder.Write("c.bin", [9, 8]);
        using var reader = File.OpenRead(path);
        AtomicFile.Write(path, stream => stream.Write([1, 2]));
        Assert.Equal(9, reader.ReadByte());
        Assert.Equal(8, reader.ReadByte());
    }

    [Theory]
    [InlineData(28, "disk is full")]
    [InlineData(unchecked((int)0x80070070), "disk is full")]
    [InlineData(30, "read-only")]
    [InlineData(11, "another program")]
    public void Write_SystemError_BecomesASentence(int code, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("c.bin");
        var error = Assert.Throws<DataException>(() => AtomicFile.Write(path, _ => throw new IOException("raw", code)));
        Assert.Contains(path, error.Message);
        Assert.Contains(expected, error.Message);
        Assert.Equal(3, error.ExitCode);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Write_FolderIsAFile_BecomesASentence()
    {
        using var folder = new TemporaryFolder();
        folder.Write("plain", [1]);
        var error = Assert.Throws<DataException>(() => AtomicFile.Write(folder.File("plain/c.bin"), stream => stream.Write([1])));
        Assert.StartsWith("Cannot write", error.Message);
    }

    [Fact]
    public void Write_ReadOnlyFolder_BecomesASentence()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no read-only folders.");
        using var folder = new TemporaryFolder();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.SkipWhen(CanWrite(folder.File("probe")), "This user may write everywhere.");
            var error = Assert.Throws<DataException>(() => AtomicFile.Write(folder.File("c.bin"), stream => stream.Write([1])));
            Assert.Contains("may not write", error.Message);
        }
        finally
        {
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static bool CanWrite(string path)
    {
        try
        {
            File.WriteAllBytes(path, []);
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
