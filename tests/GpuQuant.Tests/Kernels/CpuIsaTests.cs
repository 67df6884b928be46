using System.Runtime.Intrinsics.X86;
using GpuQuant.Backends.Cpu;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Kernels;

public class CpuIsaTests
{
    [Fact]
    public void Present_OnAnyMachine_EndsWithPortableAndIsWhatTheProcessorHas()
    {
        Assert.Equal("portable", CpuIsa.Present[^1].Name);
        Assert.Equal(Avx512BW.IsSupported, CpuIsa.Present.Any(isa => isa.Vectors == VectorSet.Avx512));
        Assert.Equal(AvxVnni.IsSupported, CpuIsa.Present.Any(isa => isa.UsesVnni));
    }

    [Fact]
    public void Parse_NameOfEverySetPresent_GivesThatSetAndTheBackendSaysSo() => Assert.All(CpuIsa.Present, isa =>
    {
        Assert.Same(isa, CpuIsa.Parse(isa.Name));
        using var backend = new CpuBackend(1, isa);
        Assert.Equal(isa, backend.Isa);
        Assert.Contains($", {isa.Name}, 1 thread", backend.Device.Description, StringComparison.Ordinal);
    });

    [Theory]
    [InlineData("sse2")]
    [InlineData("AVX2")]
    [InlineData("avx512+avx-vnni")]
    public void Parse_AnythingElse_NamesThoseThatThereAre(string name)
    {
        var error = Assert.Throws<UsageException>(() => CpuIsa.Parse(name));
        Assert.Equal($"GPUQUANT_CPU_ISA is '{name}', which this processor does not have. "
            + $"It has: {string.Join(", ", CpuIsa.Present.Select(isa => isa.Name))}.", error.Message);
    }
}
