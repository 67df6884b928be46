using System.Reflection;
using GpuQuant.Backends.Ilgpu;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace KernelGate;

/// <summary>Compiles kernels to PTX, which needs no GPU, as the cuda backend does it on one.</summary>
/// <param name="target">The GPU generation, such as <c>sm_80</c>.</param>
public sealed class PtxCompiler(string target) : IDisposable
{
    /// <summary>The generations that ptxas 11.8 knows and the kernels are written for.</summary>
    public static readonly IReadOnlyList<string> Targets = ["sm_75", "sm_80", "sm_86", "sm_89", "sm_90"];

    private readonly Context _context = IlgpuContext.Create(builder => builder.CPU());

    /// <summary>A kernel's PTX.</summary>
    public string Compile(MethodInfo kernel)
    {
        // The newest PTX that ptxas 11.8 reads.
        using var backend = new PTXBackend(_context, Architecture(target), CudaInstructionSet.ISA_78, null!);
        var isImplicit = typeof(IIndex).IsAssignableFrom(kernel.GetParameters()[0].ParameterType);
        var entry = isImplicit
            ? EntryPointDescription.FromImplicitlyGroupedKernel(kernel)
            : EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        return ((PTXCompiledKernel)backend.Compile(entry, KernelSpecialization.Empty)).PTXAssembly;
    }

    /// <inheritdoc/>
    public void Dispose() => _context.Dispose();

    private static CudaArchitecture Architecture(string target) => target switch
    {
        "sm_75" => CudaArchitecture.SM_75,
        "sm_80" => CudaArchitecture.SM_80,
        "sm_86" => CudaArchitecture.SM_86,
        "sm_89" => CudaArchitecture.SM_89,
        "sm_90" => CudaArchitecture.SM_90,
        _ => throw new ArgumentException($"Unknown target '{target}'. Known: {string.Join(", ", Targets)}."),
    };
}
