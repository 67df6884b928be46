using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace GpuQuant.Kernels;

/// <summary>The tensor cores of sm_75, whose products of 8 x 8 x 16 make up one of 16 x 8 x 32 by fours, of the same fragments.</summary>
internal readonly struct TuringMatrixUnit : IMatrixUnit
{
    private const string Mma = "mma.sync.aligned.m8n8k16.row.col.s32.s8.s8.s32 ";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Start() => NamedRegisters.Start();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Copy(ArrayView<Row4<int>> shared, int at, ByteSource source, int from) => shared[at] = source.Chunks[from];

    public void Commit()
    {
    }

    public void Wait()
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void LoadRight(ArrayView<Row4<int>> shared, int near, int far) => NamedRegisters.LoadRight(near, far);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply0(ArrayView<Row4<int>> shared, int left) => CudaAsm.Emit(
        NamedRegisters.Load
        + Mma + "{s0, s1}, {a0}, {r0}, {s0, s1}; " + Mma + "{s0, s1}, {a2}, {r1}, {s0, s1}; "
        + Mma + "{s2, s3}, {a1}, {r0}, {s2, s3}; " + Mma + "{s2, s3}, {a3}, {r1}, {s2, s3}; "
        + Mma + "{s4, s5}, {a0}, {r2}, {s4, s5}; " + Mma + "{s4, s5}, {a2}, {r3}, {s4, s5}; "
        + Mma + "{s6, s7}, {a1}, {r2}, {s6, s7}; " + Mma + "{s6, s7}, {a3}, {r3}, {s6, s7}; "
        + Mma + "{s8, s9}, {a0}, {r4}, {s8, s9}; " + Mma + "{s8, s9}, {a2}, {r5}, {s8, s9}; "
        + Mma + "{s10, s11}, {a1}, {r4}, {s10, s11}; " + Mma + "{s10, s11}, {a3}, {r5}, {s10, s11}; "
        + Mma + "{s12, s13}, {a0}, {r6}, {s12, s13}; " + Mma + "{s12, s13}, {a2}, {r7}, {s12, s13}; "
        + Mma + "{s14, s15}, {a1}, {r6}, {s14, s15}; " + Mma + "{s14, s15}, {a3}, {r7}, {s14, s15}; }",
        left * 16L);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply1(ArrayView<Row4<int>> shared, int left) => CudaAsm.Emit(
        NamedRegisters.Load
        + Mma + "{s16, s17}, {a0}, {r0}, {s16, s17}; " + Mma + "{s16, s17}, {a2}, {r1}, {s16, s17}; "
        + Mma + "{s18, s19}, {a1}, {r0}, {s18, s19}; " + Mma + "{s18, s19}, {a3}, {r1}, {s18, s19}; "
        + Mma + "{s20, s21}, {a0}, {r2}, {s20, s21}; " + Mma + "{s20, s21}, {a2}, {r3}, {s20, s21}; "
        + Mma + "{s22, s23}, {a1}, {r2}, {s22, s23}; " + Mma + "{s22, s23}, {a3}, {r3}, {s22, s23}; "
        + Mma + "{s24, s25}, {a0}, {r4}, {s24, s25}; " + Mma + "{s24, s25}, {a2}, {r5}, {s24, s25}; "
        + Mma + "{s26, s27}, {a1}, {r4}, {s26, s27}; " + Mma + "{s26, s27}, {a3}, {r5}, {s26, s27}; "
        + Mma + "{s28, s29}, {a0}, {r6}, {s28, s29}; " + Mma + "{s28, s29}, {a2}, {r7}, {s28, s29}; "
        + Mma + "{s30, s31}, {a1}, {r6}, {s30, s31}; " + Mma + "{s30, s31}, {a3}, {r7}, {s30, s31}; }",
        left * 16L);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply2(ArrayView<Row4<int>> shared, int left) => CudaAsm.Emit(
        NamedRegisters.Load
        + Mma + "{s32, s33}, {a0}, {r0}, {s32, s33}; " + Mma + "{s32, s33}, {a2}, {r1}, {s32, s33}; "
        + Mma + "{s34, s35}, {a1}, {r0}, {s34, s35}; " + Mma + "{s34, s35}, {a3}, {r1}, {s34, s35}; "
        + Mma + "{s36, s37}, {a0}, {r2}, {s36, s37}; " + Mma + "{s36, s37}, {a2}, {r3}, {s36, s37}; "
        + Mma + "{s38, s39}, {a1}, {r2}, {s38, s39}; " + Mma + "{s38, s39}, {a3}, {r3}, {s38, s39}; "
        + Mma + "{s40, s41}, {a0}, {r4}, {s40, s41}; " + Mma + "{s40, s41}, {a2}, {r5}, {s40, s41}; "
        + Mma + "{s42, s43}, {a1}, {r4}, {s42, s43}; " + Mma + "{s42, s43}, {a3}, {r5}, {s42, s43}; "
        + Mma + "{s44, s45}, {a0}, {r6}, {s44, s45}; " + Mma + "{s44, s45}, {a2}, {r7}, {s44, s45}; "
        + Mma + "{s46, s47}, {a1}, {r6}, {s46, s47}; " + Mma + "{s46, s47}, {a3}, {r7}, {s46, s47}; }",
        left * 16L);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply3(ArrayView<Row4<int>> shared, int left) => CudaAsm.Emit(
        NamedRegisters.Load
        + Mma + "{s48, s49}, {a0}, {r0}, {s48, s49}; " + Mma + "{s48, s49}, {a2}, {r1}, {s48, s49}; "
        + Mma + "{s50, s51}, {a1}, {r0}, {s50, s51}; " + Mma + "{s50, s51}, {a3}, {r1}, {s50, s51}; "
        + Mma + "{s52, s53}, {a0}, {r2}, {s52, s53}; " + Mma + "{s52, s53}, {a2}, {r3}, {s52, s53}; "
        + Mma + "{s54, s55}, {a1}, {r2}, {s54, s55}; " + Mma + "{s54, s55}, {a3}, {r3}, {s54, s55}; "
        + Mma + "{s56, s57}, {a0}, {r4}, {s56, s57}; " + Mma + "{s56, s57}, {a2}, {r5}, {s56, s57}; "
        + Mma + "{s58, s59}, {a1}, {r4}, {s58, s59}; " + Mma + "{s58, s59}, {a3}, {r5}, {s58, s59}; "
        + Mma + "{s60, s61}, {a0}, {r6}, {s60, s61}; " + Mma + "{s60, s61}, {a2}, {r7}, {s60, s61}; "
        + Mma + "{s62, s63}, {a1}, {r6}, {s62, s63}; " + Mma + "{s62, s63}, {a3}, {r7}, {s62, s63}; }",
        left * 16L);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreUpper(ArrayView<Row4<int>> shared, int at) => NamedRegisters.StoreUpper(at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLower(ArrayView<Row4<int>> shared, int at) => NamedRegisters.StoreLower(at);
}
