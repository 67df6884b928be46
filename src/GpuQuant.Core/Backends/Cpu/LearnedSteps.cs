using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>Learned steps with the scales and zero points that follow from them, as <see cref="LearnedStepCall"/> says.</summary>
internal sealed unsafe class LearnedSteps(LearnedStepCall call)
{
    private readonly float* _x = CpuMemory.AddressOrNull<float>(call.Input);
    private readonly float* _steps = CpuMemory.Address<float>(call.Steps);
    private readonly float* _offset = CpuMemory.AddressOrNull<float>(call.Offset);
    private readonly float* _scales = CpuMemory.Address<float>(call.Scales);
    private readonly int* _zeroPoints = CpuMemory.Address<int>(call.ZeroPoints);
    private readonly int _length = (call.Input?.Count ?? 0) / call.Steps.Count;

    /// <summary>Brings all channels up to date.</summary>
    public void Update()
    {
        for (var c = 0; c < call.Steps.Count; c++)
        {
            if (_x != null)
                _steps[c] = LearnedStepFormula.IsUnset(_steps[c]) ? First(c) : MathF.Abs(_steps[c]);
            _scales[c] = LearnedStepFormula.Scale(_steps[c], call.Maximum, call.Start == StepStart.Greatest);
            _zeroPoints[c] = _offset == null ? 0
                : LearnedStepFormula.ZeroPoint(*_offset, _scales[c], call.Minimum, call.Maximum);
        }
    }

    /// <summary>Where a channel's step begins; once in a training, so it need not be quick.</summary>
    private float First(int channel)
    {
        var values = _x + (long)channel * _length;
        if (call.Start is StepStart.LeastToGreatest or StepStart.Greatest)
        {
            var (low, high) = Ranges.Widen(values, _length, 0, 0);
            if (call.Start == StepStart.Greatest)
                return high;
            var step = (high - low) / (call.Maximum - call.Minimum);
            if (_offset != null)
                *_offset = low - call.Minimum * step;
            return step;
        }
        var (sum, magnitudes, squares) = (0.0, 0.0, 0.0);
        for (var i = 0; i < _length; i++)
            (sum, magnitudes, squares) = (sum + values[i], magnitudes + Math.Abs(values[i]), squares + (double)values[i] * values[i]);
        if (call.Start == StepStart.MeanMagnitude)
            return (float)(2 * magnitudes / _length / Math.Sqrt(call.Maximum));
        var mean = sum / _length;
        var deviation = Math.Sqrt(Math.Max(0, squares / _length - mean * mean));
        return (float)((Math.Abs(mean) + 3 * deviation) / (call.Maximum + 1));
    }
}
