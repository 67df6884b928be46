namespace GpuQuant.Experiments;

/// <summary>How a picture is drawn.</summary>
/// <param name="Width">Its width in pixels; more where many test sets need more. The height follows from the content.</param>
/// <param name="Font">The font; where it is not installed, the system's own takes its place.</param>
public sealed record PictureOptions(int Width = 1200, string Font = "DejaVu Sans")
{
    /// <summary>The narrowest picture that stays readable.</summary>
    public const int LeastWidth = 600;
}
