namespace GpuQuant.Data.Drawn;

/// <summary>One stroke of a digit.</summary>
/// <param name="Points">Indices of the control points in the order of the pen; the same index first and last closes a loop.</param>
/// <param name="Bent">True for a smooth curve through the points (Catmull-Rom), false for straight pieces.</param>
internal sealed record GlyphStroke(int[] Points, bool Bent)
{
    private const int PiecesPerSpan = 4;

    /// <summary>The stroke as straight pieces between neighbours of the returned list.</summary>
    /// <param name="controls">The control points of the whole digit, already moved and in pixels.</param>
    public List<Vec> Flatten(ReadOnlySpan<Vec> controls)
    {
        var path = new List<Vec> { controls[Points[0]] };
        for (var span = 0; span + 1 < Points.Length; span++)
        {
            var (start, end) = (controls[Points[span]], controls[Points[span + 1]]);
            if (Bent)
                AddCurve(path, controls[Points[Before(span)]], start, end, controls[Points[After(span)]]);
            path.Add(end);
        }
        return path;
    }

    private bool Closed => Points[0] == Points[^1];

    private int Before(int span) => span > 0 ? span - 1 : Closed ? Points.Length - 2 : 0;

    private int After(int span) => span + 2 < Points.Length ? span + 2 : Closed ? 1 : Points.Length - 1;

    private static void AddCurve(List<Vec> path, Vec before, Vec start, Vec end, Vec after)
    {
        for (var i = 1; i < PiecesPerSpan; i++)
        {
            // The Catmull-Rom polynomial at t: it passes through start and end, tangents parallel to the neighbours' chords.
            var t = i / (double)PiecesPerSpan;
            var (t2, t3) = (t * t, t * t * t);
            var (a, b, c, d) = (0.5 * (2 * t2 - t - t3), 0.5 * (2 - 5 * t2 + 3 * t3), 0.5 * (t + 4 * t2 - 3 * t3), 0.5 * (t3 - t2));
            path.Add(new Vec(a * before.X + b * start.X + c * end.X + d * after.X, a * before.Y + b * start.Y + c * end.Y + d * after.Y));
        }
    }
}
