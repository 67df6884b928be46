using GpuQuant.Backends;

namespace GpuQuant.Formulas;

/// <summary>TFLite's addition of quantized values (AddElementwise of its reference kernels).</summary>
internal static class IntAddFormula
{
    /// <summary>The output integer for two input integers.</summary>
    public static int Add(int left, int right, IntAddFactors f)
    {
        var x = RequantizeFormula.Multiply((left - f.LeftZeroPoint) << f.Headroom, f.LeftMultiplier, f.LeftShift);
        var y = RequantizeFormula.Multiply((right - f.RightZeroPoint) << f.Headroom, f.RightMultiplier, f.RightShift);
        return RequantizeFormula.Requantize(x + y, f.OutputMultiplier, f.OutputShift, f.OutputZeroPoint, f.Minimum, f.Maximum);
    }
}
