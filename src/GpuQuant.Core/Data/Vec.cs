namespace GpuQuant.Data;

/// <summary>A point of the plane in pixels, x to the right, y down.</summary>
internal readonly record struct Vec(double X, double Y);
