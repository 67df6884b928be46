using System.Reflection;

namespace KernelGate;

/// <summary>Compiles and assembles kernels for several GPU generations.</summary>
public static class Gate
{
    /// <summary>The figures of every kernel on every target that has the instructions for it.</summary>
    /// <param name="kernels">The kernels.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="tools">The folder of ptxas and nvdisasm.</param>
    public static IReadOnlyList<KernelFigures> Measure(
        IReadOnlyList<MethodInfo> kernels, IReadOnlyList<string> targets, string tools)
    {
        var assembler = new Assembler(tools);
        return [.. targets.SelectMany(target =>
        {
            using var compiler = new PtxCompiler(target);
            return kernels.Select(kernel => (Name: BoundKernels.Name(kernel), Ptx: compiler.Compile(kernel)))
                .AsParallel().AsOrdered().Select(kernel => assembler.Assemble(kernel.Name, target, kernel.Ptx))
                .OfType<KernelFigures>().ToArray();
        })];
    }
}
