namespace GpuQuant.Shifts;

/// <summary>A value that users may give a shift in place of its own (<c>--param angle=0.4</c>).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Low">The smallest value allowed.</param>
/// <param name="High">The largest value allowed.</param>
/// <param name="Meaning">What it is and in which unit, for help and errors.</param>
/// <param name="Allowed">Whether a value between the limits is allowed; null allows all.</param>
public sealed record ShiftParameter(string Name, double Low, double High, string Meaning, Func<double, bool>? Allowed = null)
{
    /// <summary>Whether this value may be given.</summary>
    public bool Accepts(double value) => value >= Low && value <= High && Allowed?.Invoke(value) != false;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Name} ({Meaning}; {Low:0.###} to {High:0.###})");
}
