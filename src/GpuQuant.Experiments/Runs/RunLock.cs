namespace GpuQuant.Experiments;

/// <summary>An open file that no other process can open: the system lets go of it even when this process is killed.</summary>
internal static class RunLock
{
    /// <summary>Locks a file, making it; null where another holds it.</summary>
    public static FileStream? TryTake(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
        }
        catch (IOException error) when (IsHeld(error))
        {
            return null;
        }
    }

    // A sharing violation on Windows; EWOULDBLOCK of the lock elsewhere, on Linux 11 and on macOS 35.
    private static bool IsHeld(IOException error) =>
        error.GetType() == typeof(IOException) && (error.HResult is unchecked((int)0x80070020) or 11 or 35);
}
