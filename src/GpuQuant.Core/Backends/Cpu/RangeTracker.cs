using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>A fake-quantizer's moving range, as <see cref="RangeUpdateCall"/> says.</summary>
internal sealed unsafe class RangeTracker(OutputQuantization quantization, bool isSymmetric = false)
{
    private readonly float* _range = CpuMemory.Address<float>(quantization.Range);
    private readonly float* _scale = CpuMemory.Address<float>(quantization.Scale);
    private readonly int* _zeroPoint = CpuMemory.Address<int>(quantization.ZeroPoint);

    /// <summary>Moves the range towards a batch's and refreshes what follows from it; a range that is NaN makes it NaN.</summary>
    public void Observe((float Low, float High) batch)
    {
        var isFirst = _range[0] == 0 && _range[1] == 0;
        _range[0] = RangeFormula.Moved(_range[0], MathF.Min(batch.Low, 0), isFirst, quantization.Momentum);
        _range[1] = RangeFormula.Moved(_range[1], MathF.Max(batch.High, 0), isFirst, quantization.Momentum);
        Refresh();
    }

    /// <summary>Writes the scale and the zero point of the range.</summary>
    public void Refresh()
    {
        if (isSymmetric)
        {
            *_scale = RangeFormula.SymmetricScale(_range[0], _range[1], quantization.Minimum, quantization.Maximum);
            *_zeroPoint = 0;
            return;
        }
        *_scale = RangeFormula.Scale(_range[0], _range[1], quantization.Maximum - quantization.Minimum);
        *_zeroPoint = RangeFormula.ZeroPoint(_range[0], _range[1], quantization.Minimum, quantization.Maximum);
    }
}
