// Compiles every kernel that the ILGPU backend launches for NVIDIA GPUs, assembles it, and compares what it takes with the committed
// table. Usage: KernelGate TOOLS TABLE [--update] [TARGET...]   where TOOLS is the folder of ptxas and nvdisasm, a TARGET such as sm_80.
using GpuQuant.Backends.Ilgpu;
using KernelGate;

var (tools, table) = (args[0], args[1]);
var targets = args[2..].Where(argument => argument != "--update").ToArray();
var kernels = BoundKernels.Of(typeof(IlgpuBackend).Assembly);
var measured = Gate.Measure(kernels, targets.Length > 0 ? targets : PtxCompiler.Targets, tools);
var most = measured.MaxBy(row => row.Registers)!;
Console.WriteLine($"{kernels.Count} kernels for {string.Join(", ", measured.Select(row => row.Target).Distinct())}: "
    + $"at most {most.Registers} registers ({most.Kernel}), stack in {measured.Count(row => row.StackBytes > 0)}, "
    + $"spills in {measured.Count(row => row.SpillBytes > 0)}, tensor cores in {measured.Count(row => row.Imma + row.Hmma > 0)}");
if (args.Contains("--update"))
{
    KernelTable.Update(table, measured);
    return 0;
}
var problems = KernelTable.Problems(KernelTable.Read(table), measured).ToArray();
foreach (var problem in problems)
    Console.Error.WriteLine(problem);
if (problems.Length > 0)
    Console.Error.WriteLine("Mend the kernels, or write the table anew if that is meant: tests/lanes/ptx.sh --update");
return problems.Length == 0 ? 0 : 1;
