using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime.Cuda;

namespace GpuQuant.Kernels;

/// <summary>The tensor cores of sm_80 and later: products of 16 x 8 x 32, and copies that pass the registers by.</summary>
internal readonly struct AmpereMatrixUnit : IMatrixUnit
{
    private const string Mma = "mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 ";
    private const string Left = "{a0, a1, a2, a3}, ";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Start() => NamedRegisters.Start();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Copy(ArrayView<Row4<int>> shared, int at, ByteSource source, int from) => CudaAsm.Emit(
        NamedRegisters.At + "cp.async.cg.shared.global [at], [%1], 16; }", at * 16L, source.Address + from * 16L);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Commit() => CudaAsm.Emit("cp.async.commit_group;");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Wait() => CudaAsm.Emit("cp.async.wait_group 1;");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void LoadRight(ArrayView<Row4<int>> shared, int near, int far) => NamedRegisters.LoadRight(near, far);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply0(ArrayView<Row4<int>> shared, int left) => CudaAsm.Emit(
        NamedRegisters.Load
        + Mma + "{s0, s1, s2, s3}, " + Left + "{r0, r1}, {s0, s1, s2, s3}; "
        + Mma + "{s4, s5, s6, s7}, " + Left + "{r2, r3}, {s4, s5, s6, s7}; "
        + Mma + "{s8, s9, s10, s11}, " + Left + "{r4, r5}, {s8, s9, s10, s11}; "
        + Mma + "{s12, s13, s14, s15}, " + Left + "{r6, r7}, {s12, s13, s14, s15}; }",
        left * 16L);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply1(ArrayView<Row4<int>> shared, int left) => CudaAsm.Emit(
        NamedRegisters.Load
        + Mma + "{s16, s17, s18, s19}, " + Left + "{r0, r1}, {s16, s17, s18, s19}; "
        + Mma + "{s20, s21, s22, s23}, " + Left + "{r2, r3}, {s20, s21, s22, s23}; "
        + Mma + "{s24, s25, s26, s27}, " + Left + "{r4, r5}, {s24, s25, s26, s27}; "
        + Mma + "{s28, s29, s30, s31}, " + Left + "{r6, r7}, {s28, s29, s30, s31}; }",
        left * 16L);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply2(ArrayView<Row4<int>> shared, int left) => CudaAsm.Emit(
        NamedRegisters.Load
        + Mma + "{s32, s33, s34, s35}, " + Left + "{r0, r1}, {s32, s33, s34, s35}; "
        + Mma + "{s36, s37, s38, s39}, " + Left + "{r2, r3}, {s36, s37, s38, s39}; "
        + Mma + "{s40, s41, s42, s43}, " + Left + "{r4, r5}, {s40, s41, s42, s43}; "
        + Mma + "{s44, s45, s46, s47}, " + Left + "{r6, r7}, {s44, s45, s46, s47}; }",
        left * 16L);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply3(ArrayView<Row4<int>> shared, int left) => CudaAsm.Emit(
        NamedRegisters.Load
        + Mma + "{s48, s49, s50, s51}, " + Left + "{r0, r1}, {s48, s49, s50, s51}; "
        + Mma + "{s52, s53, s54, s55}, " + Left + "{r2, r3}, {s52, s53, s54, s55}; "
        + Mma + "{s56, s57, s58, s59}, " + Left + "{r4, r5}, {s56, s57, s58, s59}; "
        + Mma + "{s60, s61, s62, s63}, " + Left + "{r6, r7}, {s60, s61, s62, s63}; }",
        left * 16L);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreUpper(ArrayView<Row4<int>> shared, int at) => NamedRegisters.StoreUpper(at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLower(ArrayView<Row4<int>> shared, int at) => NamedRegisters.StoreLower(at);
}
