namespace GpuQuant.Numerics;

/// <summary>Turns the system's errors while writing a file into one sentence that says what to do.</summary>
public static class WriteFailure
{
    private const int UnixNoSpace = 28, UnixQuota = 122, UnixReadOnly = 30, UnixBusy = 11;
    private const int WindowsDiskFull = unchecked((int)0x80070070), WindowsSharing = unchecked((int)0x80070020);

    /// <summary>Whether the error comes from the file system, so that <see cref="Explain"/> can say something about it.</summary>
    public static bool Handles(Exception error) => error is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>The sentence for a file that could not be written.</summary>
    /// <param name="path">The file that was to be written.</param>
    /// <param name="error">What the system threw.</param>
    public static DataException Explain(string path, Exception error)
    {
        var reason = error switch
        {
            UnauthorizedAccessException => "this user may not write there; choose a folder that you may write to",
            DirectoryNotFoundException => "its folder does not exist; make the folder or choose another",
            PathTooLongException => "the path is too long for this system; choose a shorter one",
            _ when error.HResult is UnixNoSpace or UnixQuota or WindowsDiskFull =>
                "the disk is full; free some space and try again",
            _ when error.HResult is UnixReadOnly => "the disk is mounted read-only; choose a folder that you may write to",
            _ when error.HResult is UnixBusy or WindowsSharing => "another program is writing it; wait for its end and try again",
            _ => error.Message.TrimEnd('.') + "; check the path and the disk",
        };
        return new DataException($"Cannot write '{path}': {reason}.", error);
    }
}
