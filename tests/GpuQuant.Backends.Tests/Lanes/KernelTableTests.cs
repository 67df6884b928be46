using KernelGate;

namespace GpuQuant.Backends.Tests.Lanes;

public sealed class KernelTableTests : IDisposable
{
    private static readonly KernelFigures Row = new("GemmKernel.Multiply", "sm_80", 94, 16384, 0, 0, 64, 32, 512);

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Figures_TextsOfTheTools_GiveWhatTheySay()
    {
        // The entry calls a function that has a frame of its own; the larger frame counts, the spills of both.
        const string Report = """
            ptxas info    : 0 bytes gmem
            ptxas info    : Compiling entry function 'Kernel_Multiply' for 'sm_80'
            ptxas info    : Function properties for Kernel_Multiply
                16 bytes stack frame, 8 bytes spill stores, 4 bytes spill loads
            ptxas info    : Used 94 registers, 400 bytes cmem[0], 16384 bytes smem
            ptxas info    : Function properties for Helper
                24 bytes stack frame, 2 bytes spill stores, 1 bytes spill loads
            """;
        const string Code = """
            /*0080*/ IMMA.16832.S8.S8 R4, R8.ROW, R2.COL, R4 ;
            /*0090*/ HMMA.16816.F32 R4, R8, R2, R4 ;
            /*00a0*/ @!P0 FFMA R3, R2, R1, R3 ;
            /*00b0*/ FFMA.FTZ R3, R2, R1, R3 ;
            """;
        Assert.Equal(
            new("GemmKernel.Multiply", "sm_80", 94, 16384, 24, 15, 1, 1, 2),
            Assembler.Figures("GemmKernel.Multiply", "sm_80", Report, Code));
    }

    [Theory]
    [InlineData("line 9; error   : Feature 'cp.async' requires .target sm_80 or higher\nptxas fatal   : aborted", true)]
    [InlineData("line 9; error   : Feature 'cp.async' requires .target sm_80 or higher\nline 3; error   : x", false)]
    [InlineData("ptxas fatal   : Ptx assembly aborted due to errors", false)]
    public void IsForLaterTargets_OnlyThatComplaint_IsTrue(string report, bool expected) =>
        Assert.Equal(expected, Assembler.IsForLaterTargets(report));

    [Fact]
    public void Problems_AsInTheTableOrBetter_AreNone() =>
        Assert.Empty(KernelTable.Problems([Row], [Row with { Registers = 102, SharedBytes = 0, Imma = 65, Ffma = 1 }]));

    [Fact]
    public void Problems_Worse_AreNamed()
    {
        var worse = Row with { Registers = 103, SharedBytes = 16388, StackBytes = 8, SpillBytes = 4, Imma = 0, Hmma = 31 };
        Assert.Equal(
        [
            "GemmKernel.Multiply on sm_80 takes 8 bytes of stack instead of 0.",
            "GemmKernel.Multiply on sm_80 spills 4 bytes instead of 0.",
            "GemmKernel.Multiply on sm_80 takes 103 registers instead of 94 (up to 8 more are let pass).",
            "GemmKernel.Multiply on sm_80 takes 16388 bytes of shared memory instead of 16384.",
            "GemmKernel.Multiply on sm_80 has 0 IMMA instructions instead of 64.",
            "GemmKernel.Multiply on sm_80 has 31 HMMA instructions instead of 32.",
        ], KernelTable.Problems([Row], [worse]));
    }

    [Fact]
    public void Problems_OtherKernels_AreNamedForTheTargetsMeasured() => Assert.Equal(
    [
        "NewKernel.Run on sm_80 is not in the table.",
        "GemmKernel.Multiply on sm_80 is in the table, but nothing launches it there.",
    ], KernelTable.Problems([Row, Row with { Target = "sm_90" }], [Row with { Kernel = "NewKernel.Run" }]));

    [Fact]
    public void Update_SomeTargets_KeepsTheOthersRows()
    {
        var other = Row with { Target = "sm_90", Registers = 80 };
        KernelTable.Update(_file, [Row, other]);
        KernelTable.Update(_file, [Row with { Registers = 90 }]);
        Assert.Equal([Row with { Registers = 90 }, other], KernelTable.Read(_file));
        Assert.Equal("GemmKernel.Multiply,sm_80,90,16384,0,0,64,32,512", File.ReadLines(_file).ElementAt(1));
    }
}
