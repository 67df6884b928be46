using System.Reflection;
using System.Text.RegularExpressions;
using GpuQuant.Backends.Ilgpu;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace GpuQuant.Backends.Tests.Products;

/// <summary>What the PTX of the products' kernels must show, on any machine: the instructions that they are made for, and no stack.</summary>
public sealed class ProductPtxTests
{
    private static readonly Assembly Kernels = typeof(IlgpuBackend).Assembly;

    [Theory]
    [InlineData("LargeBlock", 4)]
    [InlineData("MediumBlock", 3)]
    [InlineData("SmallBlock", 2)]
    public void FloatProduct_ForSm80_ReadsSharedMemoryInFoursAndHasNoStack(string block, int readsPerStep)
    {
        var ptx = Compile("ProductKernel", typeof(float), Type("FloatMultiplyAdd"), Type(block), Type("MatrixLoader"), Type("MatrixLoader"),
            Type("FloatOutput"));
        Assert.Equal(2 * readsPerStep, Count(ptx, @"ld\.shared\.v4\.f32"));
        Assert.Equal(0, Count(ptx, @"ld\.shared\.f32"));
        Assert.True(Count(ptx, @"ld\.global\.v4\.f32") >= 4, "Both operands are read in fours, ahead of the loop and in it.");
        Assert.True(Count(ptx, @"st\.global\.v4\.f32") > 0, "The product is written in fours.");
        Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
        Assert.DoesNotContain(".f64", ptx, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PatchMap", "MatrixLoader")]
    [InlineData("GradientMap", "KernelLoader")]
    public void Convolution_ForSm80_DividesByMultiplyingAndHasNoStack(string map, string right)
    {
        var ptx = Compile("ProductKernel", typeof(float), Type("FloatMultiplyAdd"), Type("LargeBlock"),
            Type("PatchLoader`1").MakeGenericType(Type(map)), Type(right), Type("FloatOutput"));
        Assert.Equal(8, Count(ptx, @"ld\.shared\.v4\.f32"));
        // Powers of two are shifts; there is no division by a number that is not known.
        Assert.Equal(0, Count(ptx, @"\b(div|rem)\.[su]\d+\s+%\w+, %\w+, %"));
        Assert.True(Count(ptx, @"\b(div|rem)\.[su]\d+\s+%\w+, %\w+, \d") > 0, "The pattern above would see one.");
        Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LargeMatrixBlock", 4)]
    [InlineData("MediumMatrixBlock", 2)]
    public void IntProduct_ForSm80_RunsOnTensorCoresWithoutStack(string block, int rowTiles)
    {
        var ptx = Compile("MatrixUnitKernel", Type("AmpereMatrixUnit"), Type(block), Type("MatrixBytes"), Type("MatrixBytes"));
        Assert.Equal(4 * rowTiles, Count(ptx, @"mma\.sync\.aligned\.m16n8k32\.row\.col\.s32\.s8\.s8\.s32"));
        Assert.Equal(2 + rowTiles, Count(ptx, @"ldmatrix\.sync\.aligned\.m8n8\.x4"));
        Assert.Equal(2, Count(ptx, @"cp\.async\.cg\.shared\.global"));
        Assert.Equal(1, Count(ptx, @"cp\.async\.wait_group"));
        Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
        // The instructions name the kernel's one array in shared memory.
        Assert.Equal(1, Count(ptx, @"\.shared \.align 16 \.b8 __shared_alloca0\["));
        Assert.DoesNotContain("__shared_alloca1", ptx, StringComparison.Ordinal);
    }

    [Fact]
    public void IntProduct_ForSm75_RunsOnTensorCoresOfItsKind()
    {
        var ptx = Compile("MatrixUnitKernel", Type("TuringMatrixUnit"), Type("LargeMatrixBlock"), Type("MatrixBytes"), Type("MatrixBytes"));
        Assert.Equal(4 * 16, Count(ptx, @"mma\.sync\.aligned\.m8n8k16\.row\.col\.s32\.s8\.s8\.s32"));
        Assert.Equal(0, Count(ptx, @"cp\.async|m16n8"));
        Assert.DoesNotContain(".local", ptx, StringComparison.Ordinal);
    }

    [Fact]
    public void IntProduct_WithDp4a_HasOneForEachSum()
    {
        var ptx = Compile("ProductKernel", typeof(int), Type("Dp4aMultiplyAdd"), Type("LargeBlock"), Type("MatrixBytes"), Type("MatrixBytes"),
            Type("IntOutput"));
        Assert.Equal(2 * 64, Count(ptx, @"dp4a\.s32\.s32"));
        Assert.Equal(8, Count(ptx, @"ld\.shared\.v4\.b32"));
    }

    private static Type Type(string name) => Kernels.GetType($"GpuQuant.Kernels.{name}", throwOnError: true)!;

    private static int Count(string ptx, string pattern) => Regex.Count(ptx, pattern);

    private static string Compile(string kernel, params Type[] types)
    {
        var method = Type(kernel).GetMethod("Multiply", BindingFlags.Public | BindingFlags.Static)!.MakeGenericMethod(types);
        using var context = Context.Create(builder =>
            builder.CPU().Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive).EnableAlgorithms());
        using var backend = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_70, null!);
        var compiled = backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(method), KernelSpecialization.Empty);
        return ((PTXCompiledKernel)compiled).PTXAssembly;
    }
}
