using System.Reflection;
using GpuQuant.Backends.Ilgpu;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace GpuQuant.Backends.Tests;

/// <summary>Compiles the kernels for NVIDIA GPUs, which needs none: what PTX lacks shows on every machine.</summary>
public sealed class PtxTests
{
    private static readonly MethodInfo[] Kernels = [.. typeof(IlgpuBackend).Assembly.GetTypes()
        .Where(type => type.Namespace == "GpuQuant.Kernels" && type.Name.EndsWith("Kernel", StringComparison.Ordinal))
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public))
        .Where(method => method.GetParameters()[0].ParameterType == typeof(Index1D))];

    public static TheoryData<string> Names => [.. Kernels.Select(Name)];

    /// <summary>
    /// Doubles run at a fraction of the speed on most GPUs. Quantizing is exact only where division and square root are rounded to the
    /// nearest. The float with the bits of 1 is what ILGPU 1.5.3 makes of <c>condition ? 1f : 0f</c>.
    /// </summary>
    [Theory, MemberData(nameof(Names))]
    public void Kernel_CompiledForSm80_HasNoDoublesAndRoundsDivisionToNearest(string name)
    {
        var ptx = Compile(Kernels.Single(kernel => Name(kernel) == name));
        Assert.Contains(".visible .entry", ptx, StringComparison.Ordinal);
        foreach (var text in new[] { ".f64", "div.approx", "div.full", "rcp.approx", "sqrt.approx", "tanh.approx", "0f00000001" })
            Assert.DoesNotContain(text, ptx, StringComparison.Ordinal);
    }

    private static string Name(MethodInfo kernel) => $"{kernel.DeclaringType!.Name}.{kernel.Name}";

    private static string Compile(MethodInfo kernel)
    {
        using var context = Context.Create(builder =>
            builder.CPU().Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive).EnableAlgorithms());
        using var backend = new PTXBackend(context, CudaArchitecture.SM_80, CudaInstructionSet.ISA_70, null!);
        var compiled = backend.Compile(EntryPointDescription.FromImplicitlyGroupedKernel(kernel), KernelSpecialization.Empty);
        return ((PTXCompiledKernel)compiled).PTXAssembly;
    }
}
