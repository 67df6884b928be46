using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Rows whose channels are requantized each with its own factor: of accumulators (x + bias), or of int8 values scaled per channel
/// (w (q - zero point) + bias).
/// </summary>
internal sealed unsafe class IntChannels
{
    private readonly sbyte* _values, _weights;
    private readonly int* _accumulators, _bias, _multipliers, _shifts;
    private readonly byte* _output;
    private readonly int _channels, _zeroPoint, _multiplierStep;
    private readonly IntClamp _clamp;

    public IntChannels(RequantizeCall call) : this(call.Output, call.Bias, call.Requantization) =>
        _accumulators = CpuMemory.Address<int>(call.Input);

    public IntChannels(IntScaleCall call) : this(call.Output, call.Bias, call.Requantization)
    {
        _values = CpuMemory.Address<sbyte>(call.Input);
        _weights = CpuMemory.Address<sbyte>(call.Kernel);
        _zeroPoint = call.ZeroPoint;
    }

    private IntChannels(TensorView output, TensorView? bias, Requantization requantization)
    {
        _output = CpuMemory.Address<byte>(output);
        _bias = CpuMemory.AddressOrNull<int>(bias);
        _channels = output.Shape[^1];
        _multipliers = CpuMemory.Address<int>(requantization.Multipliers);
        _shifts = CpuMemory.Address<int>(requantization.Shifts);
        _multiplierStep = requantization.Multipliers.Count == 1 ? 0 : 1;
        _clamp = IntProductCall.ClampOf(output, requantization);
    }

    /// <summary>Does the rows of a range, panel by panel, so that a panel's factors stay in registers.</summary>
    public static void Run<TKernels>(IntChannels channels, int first, int end) where TKernels : struct, IIntKernels
    {
        for (var c = 0; c < channels._channels; c += IntTile.Lanes)
            channels.RunPanel<TKernels>(c, first, end);
    }

    private void RunPanel<TKernels>(int first, int row, int end) where TKernels : struct, IIntKernels
    {
        var sums = stackalloc int[IntTile.Rows * IntTile.Lanes];
        var memory = stackalloc int[IntLanes.Bytes / sizeof(int)];
        var (lanes, count) = (new IntLanes(memory), Math.Min(IntTile.Lanes, _channels - first));
        new Span<int>(memory, IntLanes.Bytes / sizeof(int)).Clear();
        for (var lane = 0; lane < count; lane++)
            SetLane(lanes, lane, first + lane);
        for (; row < end; row += IntTile.Rows)
        {
            var rows = Math.Min(IntTile.Rows, end - row);
            for (var r = 0; r < rows; r++)
                Sum(lanes, (long)(row + r) * _channels + first, sums + r * IntTile.Lanes);
            TKernels.Requantize(sums, lanes, _clamp, _output + (long)row * _channels + first, _channels, rows, count);
        }
    }

    private void SetLane(in IntLanes lanes, int lane, int channel)
    {
        lanes.WeightSums[lane] = _weights == null ? 1 : _weights[channel];
        lanes.Start[lane] = (_bias == null ? 0 : _bias[channel]) - _zeroPoint * lanes.WeightSums[lane];
        lanes.Multipliers[lane] = _multipliers[channel * _multiplierStep];
        lanes.Left[lane] = Math.Max(0, _shifts[channel * _multiplierStep]);
        lanes.Right[lane] = Math.Max(0, -_shifts[channel * _multiplierStep]);
    }

    /// <summary>A row's sums of a panel; memory ends with room for whole vectors.</summary>
    private void Sum(in IntLanes lanes, long index, int* sums)
    {
        if (_values == null)
        {
            (Vector256.Load(_accumulators + index) + Vector256.Load(lanes.Start)).Store(sums);
            (Vector256.Load(_accumulators + index + 8) + Vector256.Load(lanes.Start + 8)).Store(sums + 8);
            return;
        }
        var words = Vector256.WidenLower(Vector128.Load(_values + index).ToVector256Unsafe());
        var (low, high) = (Vector256.WidenLower(words), Vector256.WidenUpper(words));
        (low * Vector256.Load(lanes.WeightSums) + Vector256.Load(lanes.Start)).Store(sums);
        (high * Vector256.Load(lanes.WeightSums + 8) + Vector256.Load(lanes.Start + 8)).Store(sums + 8);
    }
}
