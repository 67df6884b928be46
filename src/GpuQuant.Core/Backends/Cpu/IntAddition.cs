using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>Sums of int8 tensors whose steps differ.</summary>
internal sealed unsafe class IntAddition(IntAddCall call)
{
    private readonly sbyte* _left = CpuMemory.Address<sbyte>(call.Left), _right = CpuMemory.Address<sbyte>(call.Right);
    private readonly sbyte* _output = CpuMemory.Address<sbyte>(call.Output);
    private readonly IntAddFactors _factors = call.Factors;

    /// <summary>Adds a range by the formula.</summary>
    public static void Plain(IntAddition addition, int first, int end)
    {
        for (var i = first; i < end; i++)
            addition._output[i] = (sbyte)IntAddFormula.Add(addition._left[i], addition._right[i], addition._factors);
    }

    /// <summary>Adds a range, 16 at a time, AVX2.</summary>
    public static void Vectors(IntAddition addition, int first, int end)
    {
        var f = addition._factors;
        var (left, right, output) = (FixedPointVector.Of(f.LeftMultiplier, f.LeftShift),
            FixedPointVector.Of(f.RightMultiplier, f.RightShift), FixedPointVector.Of(f.OutputMultiplier, f.OutputShift));
        var zeroPoint = Vector128.Create((short)f.OutputZeroPoint);
        var (minimum, maximum) = (Vector128.Create((sbyte)f.Minimum), Vector128.Create((sbyte)f.Maximum));
        var i = first;
        for (; i <= end - 16; i += 16)
        {
            var (x, y) = (Words(addition._left + i, f.LeftZeroPoint), Words(addition._right + i, f.RightZeroPoint));
            var low = Sum(Vector256.WidenLower(x), Vector256.WidenLower(y), left, right, output, f.Headroom);
            var high = Sum(Vector256.WidenUpper(x), Vector256.WidenUpper(y), left, right, output, f.Headroom);
            var bytes = Sse2.PackSignedSaturate(Sse2.AddSaturate(low, zeroPoint), Sse2.AddSaturate(high, zeroPoint));
            Vector128.Min(Vector128.Max(bytes, minimum), maximum).Store(addition._output + i);
        }
        Plain(addition, i, end);
    }

    private static Vector256<short> Words(sbyte* source, int zeroPoint) =>
        Avx2.ConvertToVector256Int16(Vector128.Load(source)) - Vector256.Create((short)zeroPoint);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Sum(Vector256<int> x, Vector256<int> y, in FixedPointVector left, in FixedPointVector right,
        in FixedPointVector output, int headroom)
    {
        var sum = output.Apply(left.Apply(x << headroom) + right.Apply(y << headroom));
        return Sse2.PackSignedSaturate(sum.GetLower(), sum.GetUpper());
    }
}
