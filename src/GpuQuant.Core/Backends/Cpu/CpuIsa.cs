using System.Runtime.Intrinsics.X86;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The instructions that the cpu backend's kernels may use. Integer kernels give the same bits with all of them; float kernels agree
/// up to the order of their sums.
/// </summary>
public sealed record CpuIsa
{
    /// <summary>The environment variable that forces a set by its name; unset or empty: the best of each.</summary>
    public const string Variable = "GPUQUANT_CPU_ISA";

    private static readonly CpuIsa[] All =
    [
        new("avx512", VectorSet.Avx512, false), new("avx-vnni", VectorSet.Avx2, true), new("avx2", VectorSet.Avx2, false),
        new("portable", VectorSet.Portable, false),
    ];

    private CpuIsa(string name, VectorSet vectors, bool usesVnni) => (Name, Vectors, UsesVnni) = (name, vectors, usesVnni);

    /// <summary>The name: <c>avx512</c>, <c>avx-vnni</c>, <c>avx2</c>, <c>portable</c>, or <c>avx512+avx-vnni</c>, which is a default only.</summary>
    public string Name { get; }

    /// <summary>The vectors of all kernels.</summary>
    public VectorSet Vectors { get; }

    /// <summary>Whether int8 products use the 256-bit dot-product instructions (AVX-VNNI).</summary>
    public bool UsesVnni { get; }

    /// <summary>The sets that this machine has, the best first; their names force them.</summary>
    public static IReadOnlyList<CpuIsa> Present { get; } = [.. All.Where(IsPresent)];

    /// <summary>What <see cref="Variable"/> says, else the best that the machine has for floats and for integers.</summary>
    /// <exception cref="UsageException">The variable names no set, or one that this machine lacks.</exception>
    public static CpuIsa Detect() =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name ? Parse(name) : Best;

    /// <summary>The set of that name.</summary>
    /// <exception cref="UsageException">There is none of that name, or this machine lacks it.</exception>
    public static CpuIsa Parse(string name) => Present.FirstOrDefault(isa => isa.Name == name)
        ?? throw new UsageException($"{Variable} is '{name}', which this processor does not have. "
            + $"It has: {string.Join(", ", Present.Select(isa => isa.Name))}.");

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static CpuIsa Best => Present[0].Vectors == VectorSet.Avx512 && AvxVnni.IsSupported
        ? new("avx512+avx-vnni", VectorSet.Avx512, true)
        : Present[0];

    private static bool IsPresent(CpuIsa isa) => (!isa.UsesVnni || AvxVnni.IsSupported) && isa.Vectors switch
    {
        VectorSet.Avx512 => Avx512F.IsSupported && Avx512BW.IsSupported,
        VectorSet.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        _ => true,
    };
}
