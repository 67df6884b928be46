namespace GpuQuant.Formulas;

/// <summary>The scalar functions that the shared formulas call, here on the host; the GPU projects alias their own.</summary>
internal static class Scalar
{
    public static float Exp(float x) => MathF.Exp(x);

    public static float Tanh(float x) => MathF.Tanh(x);

    public static float Sqrt(float x) => MathF.Sqrt(x);

    public static float Truncate(float x) => MathF.Truncate(x);

    public static float Abs(float x) => MathF.Abs(x);

    public static bool IsNaN(float x) => float.IsNaN(x);
}
