namespace GpuQuant.Numerics;

/// <summary>
/// The base of every error that GpuQuant reports to its user: one sentence that says what came, what was expected and what to do.
/// The command line prints the sentence and ends with <see cref="ExitCode"/>.
/// </summary>
public abstract class GpuQuantException : Exception
{
    /// <summary>Makes an error with its sentence.</summary>
    protected GpuQuantException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>The exit code of a program that ends with this error: 2 usage, 3 data, 1 a failure inside.</summary>
    public abstract int ExitCode { get; }
}

/// <summary>A wrong argument, name, shape or combination of options; exit code 2.</summary>
public sealed class UsageException(string message) : GpuQuantException(message)
{
    /// <inheritdoc/>
    public override int ExitCode => 2;
}

/// <summary>A file, folder or download that is missing, damaged or not what its name says; exit code 3.</summary>
public sealed class DataException(string message, Exception? inner = null) : GpuQuantException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 3;
}

/// <summary>A computation that cannot go on (a loss that is not a number, a device out of memory); exit code 1.</summary>
public sealed class ComputationException(string message, Exception? inner = null) : GpuQuantException(message, inner)
{
    /// <inheritdoc/>
    public override int ExitCode => 1;
}
