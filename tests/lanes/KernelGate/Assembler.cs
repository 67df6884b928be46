using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace KernelGate;

/// <summary>Assembles PTX for a GPU generation by ptxas and reads off what the kernel takes, and its instructions by nvdisasm.</summary>
/// <param name="tools">The folder that holds both; <c>tests/lanes/cudatools.sh</c> makes it.</param>
public sealed partial class Assembler(string tools)
{
    /// <summary>The figures of one kernel; null if it has instructions that the target lacks: it is not launched there.</summary>
    public KernelFigures? Assemble(string kernel, string target, string ptx)
    {
        var file = Path.Combine(Path.GetTempPath(), $"gpuquant-{Guid.NewGuid():N}.ptx");
        var binary = Path.ChangeExtension(file, ".cubin");
        try
        {
            File.WriteAllText(file, ptx);
            var (isAssembled, report) = Run("ptxas", "--verbose", "--gpu-name", target, "--output-file", binary, file);
            if (!isAssembled)
                return IsForLaterTargets(report) ? null : throw new InvalidOperationException($"ptxas refuses {kernel}: {report}");
            return Figures(kernel, target, report, Run("nvdisasm", "--print-code", binary).Output);
        }
        finally
        {
            File.Delete(file);
            File.Delete(binary);
        }
    }

    /// <summary>The figures in the tools' texts.</summary>
    public static KernelFigures Figures(string kernel, string target, string report, string code) => new(
        kernel, target, Largest(Registers(), report), Largest(Shared(), report), Largest(Stack(), report), Sum(Spills(), report),
        Imma().Count(code), Hmma().Count(code), Ffma().Count(code));

    /// <summary>Whether all that ptxas complains of is the target.</summary>
    public static bool IsForLaterTargets(string report)
    {
        var complaints = report.Split('\n').Where(line => line.Contains("; error", StringComparison.Ordinal)).ToArray();
        return complaints.Length > 0 && complaints.All(line => LaterTarget().IsMatch(line));
    }

    private static int Largest(Regex pattern, string text) => Numbers(pattern, text).DefaultIfEmpty().Max();

    private static int Sum(Regex pattern, string text) => Numbers(pattern, text).Sum();

    private static IEnumerable<int> Numbers(Regex pattern, string text) =>
        pattern.Matches(text).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));

    private (bool IsDone, string Output) Run(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(tools, tool), arguments)
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd() + errors.Result;
        process.WaitForExit();
        return (process.ExitCode == 0, output);
    }

    [GeneratedRegex(@"requires .*\.target sm_\d+ or higher")]
    private static partial Regex LaterTarget();

    [GeneratedRegex(@"Used (\d+) registers")]
    private static partial Regex Registers();

    [GeneratedRegex(@"(\d+) bytes smem")]
    private static partial Regex Shared();

    [GeneratedRegex(@"(\d+) bytes stack frame")]
    private static partial Regex Stack();

    [GeneratedRegex(@"(\d+) bytes spill (?:stores|loads)")]
    private static partial Regex Spills();

    [GeneratedRegex(@"\bIMMA\b")]
    private static partial Regex Imma();

    [GeneratedRegex(@"\bHMMA\b")]
    private static partial Regex Hmma();

    [GeneratedRegex(@"\bFFMA\b")]
    private static partial Regex Ffma();
}
