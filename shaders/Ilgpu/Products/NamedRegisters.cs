using System.Runtime.CompilerServices;
using ILGPU.Runtime.Cuda;

namespace GpuQuant.Kernels;

/// <summary>What tensor cores work on, in registers that the instructions name themselves: <c>r</c> the right operand, <c>s</c> the sums.</summary>
/// <remarks>
/// What ILGPU hands over to an instruction by reference would go through memory. Nor has ILGPU an address of an element for an instruction
/// of its user's, but it gives shared memory a name in the order of allocation: that of a kernel's one array, in which all places count, is
/// <c>__shared_alloca0</c>.
/// </remarks>
internal static class NamedRegisters
{
    /// <summary>Opens a block in which <c>at</c> is the address of the byte %0 of shared memory.</summary>
    public const string At = "{ .reg .b64 at; mov.b64 at, __shared_alloca0; add.s64 at, at, %0; ";

    /// <summary>Opens a block in which <c>a</c> are the fragments of 16 rows of the left operand that begin there.</summary>
    public const string Load = At + ".reg .b32 a<4>; ldmatrix.sync.aligned.m8n8.x4.shared.b16 {a0, a1, a2, a3}, [at]; ";

    /// <summary>Declares the registers and clears the sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Start()
    {
        CudaAsm.Emit(".reg .b32 r<8>; .reg .b32 s<64>;");
        CudaAsm.Emit("mov.b32 s0, 0; mov.b32 s1, 0; mov.b32 s2, 0; mov.b32 s3, 0; mov.b32 s4, 0; mov.b32 s5, 0; mov.b32 s6, 0; mov.b32 s7, 0;");
        CudaAsm.Emit("mov.b32 s8, 0; mov.b32 s9, 0; mov.b32 s10, 0; mov.b32 s11, 0; mov.b32 s12, 0; mov.b32 s13, 0; mov.b32 s14, 0; mov.b32 s15, 0;");
        CudaAsm.Emit("mov.b32 s16, 0; mov.b32 s17, 0; mov.b32 s18, 0; mov.b32 s19, 0; mov.b32 s20, 0; mov.b32 s21, 0; mov.b32 s22, 0; mov.b32 s23, 0;");
        CudaAsm.Emit("mov.b32 s24, 0; mov.b32 s25, 0; mov.b32 s26, 0; mov.b32 s27, 0; mov.b32 s28, 0; mov.b32 s29, 0; mov.b32 s30, 0; mov.b32 s31, 0;");
        CudaAsm.Emit("mov.b32 s32, 0; mov.b32 s33, 0; mov.b32 s34, 0; mov.b32 s35, 0; mov.b32 s36, 0; mov.b32 s37, 0; mov.b32 s38, 0; mov.b32 s39, 0;");
        CudaAsm.Emit("mov.b32 s40, 0; mov.b32 s41, 0; mov.b32 s42, 0; mov.b32 s43, 0; mov.b32 s44, 0; mov.b32 s45, 0; mov.b32 s46, 0; mov.b32 s47, 0;");
        CudaAsm.Emit("mov.b32 s48, 0; mov.b32 s49, 0; mov.b32 s50, 0; mov.b32 s51, 0; mov.b32 s52, 0; mov.b32 s53, 0; mov.b32 s54, 0; mov.b32 s55, 0;");
        CudaAsm.Emit("mov.b32 s56, 0; mov.b32 s57, 0; mov.b32 s58, 0; mov.b32 s59, 0; mov.b32 s60, 0; mov.b32 s61, 0; mov.b32 s62, 0; mov.b32 s63, 0;");
    }

    /// <summary>Takes 16 columns of the right operand from one place and 16 from another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadRight(int near, int far)
    {
        CudaAsm.Emit(At + "ldmatrix.sync.aligned.m8n8.x4.shared.b16 {r0, r1, r2, r3}, [at]; }", near * 16L);
        CudaAsm.Emit(At + "ldmatrix.sync.aligned.m8n8.x4.shared.b16 {r4, r5, r6, r7}, [at]; }", far * 16L);
    }

    /// <summary>Puts the first 32 rows of sums down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpper(int at) => CudaAsm.Emit(
        At
        + "st.shared.v4.b32 [at+0], {s0, s1, s2, s3}; "
        + "st.shared.v4.b32 [at+512], {s4, s5, s6, s7}; "
        + "st.shared.v4.b32 [at+1024], {s8, s9, s10, s11}; "
        + "st.shared.v4.b32 [at+1536], {s12, s13, s14, s15}; "
        + "st.shared.v4.b32 [at+2048], {s16, s17, s18, s19}; "
        + "st.shared.v4.b32 [at+2560], {s20, s21, s22, s23}; "
        + "st.shared.v4.b32 [at+3072], {s24, s25, s26, s27}; "
        + "st.shared.v4.b32 [at+3584], {s28, s29, s30, s31}; }",
        at * 16L);

    /// <summary>Puts the last 32 rows of sums down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreLower(int at) => CudaAsm.Emit(
        At
        + "st.shared.v4.b32 [at+0], {s32, s33, s34, s35}; "
        + "st.shared.v4.b32 [at+512], {s36, s37, s38, s39}; "
        + "st.shared.v4.b32 [at+1024], {s40, s41, s42, s43}; "
        + "st.shared.v4.b32 [at+1536], {s44, s45, s46, s47}; "
        + "st.shared.v4.b32 [at+2048], {s48, s49, s50, s51}; "
        + "st.shared.v4.b32 [at+2560], {s52, s53, s54, s55}; "
        + "st.shared.v4.b32 [at+3072], {s56, s57, s58, s59}; "
        + "st.shared.v4.b32 [at+3584], {s60, s61, s62, s63}; }",
        at * 16L);
}
