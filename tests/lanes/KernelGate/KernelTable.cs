using System.Globalization;

namespace KernelGate;

/// <summary>The committed figures of all kernels, and what counts as worse than them.</summary>
public static class KernelTable
{
    /// <summary>
    /// So many registers more are let pass: a warp takes them in units of 8 per thread, and an unrelated change may move a kernel by one.
    /// </summary>
    public const int RegisterTolerance = 8;

    private const string Header = "kernel,target,registers,shared_bytes,stack_bytes,spill_bytes,imma,hmma,ffma";

    /// <summary>The rows of a file; none if it does not exist.</summary>
    public static IReadOnlyList<KernelFigures> Read(string path) =>
        File.Exists(path) ? [.. File.ReadLines(path).Skip(1).Select(Parse)] : [];

    /// <summary>Writes rows, in place of those of the same targets that the file holds.</summary>
    public static void Update(string path, IReadOnlyList<KernelFigures> measured)
    {
        var targets = measured.Select(row => row.Target).ToHashSet();
        var rows = Read(path).Where(row => !targets.Contains(row.Target)).Concat(measured)
            .OrderBy(row => row.Kernel, StringComparer.Ordinal).ThenBy(row => row.Target, StringComparer.Ordinal);
        File.WriteAllText(path, string.Join('\n', [Header, .. rows.Select(Line)]) + '\n');
    }

    /// <summary>What has become worse, a sentence each.</summary>
    /// <param name="expected">The committed rows.</param>
    /// <param name="measured">The rows of now: of every kernel, for some targets.</param>
    public static IEnumerable<string> Problems(IReadOnlyList<KernelFigures> expected, IReadOnlyList<KernelFigures> measured)
    {
        var targets = measured.Select(row => row.Target).ToHashSet();
        var known = expected.Where(row => targets.Contains(row.Target)).ToDictionary(row => (row.Kernel, row.Target));
        foreach (var row in measured)
        {
            if (!known.Remove((row.Kernel, row.Target), out var before))
                yield return $"{row.Kernel} on {row.Target} is not in the table.";
            else
                foreach (var problem in Problems(before, row))
                    yield return $"{row.Kernel} on {row.Target} {problem}.";
        }
        foreach (var (kernel, target) in known.Keys)
            yield return $"{kernel} on {target} is in the table, but nothing launches it there.";
    }

    private static IEnumerable<string> Problems(KernelFigures before, KernelFigures now)
    {
        if (now.StackBytes > before.StackBytes)
            yield return $"takes {now.StackBytes} bytes of stack instead of {before.StackBytes}";
        if (now.SpillBytes > before.SpillBytes)
            yield return $"spills {now.SpillBytes} bytes instead of {before.SpillBytes}";
        if (now.Registers > before.Registers + RegisterTolerance)
            yield return $"takes {now.Registers} registers instead of {before.Registers} (up to {RegisterTolerance} more are let pass)";
        if (now.SharedBytes > before.SharedBytes)
            yield return $"takes {now.SharedBytes} bytes of shared memory instead of {before.SharedBytes}";
        if (now.Imma < before.Imma)
            yield return $"has {now.Imma} IMMA instructions instead of {before.Imma}";
        if (now.Hmma < before.Hmma)
            yield return $"has {now.Hmma} HMMA instructions instead of {before.Hmma}";
    }

    private static string Line(KernelFigures row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.Kernel},{row.Target},{row.Registers},{row.SharedBytes},{row.StackBytes},{row.SpillBytes},{row.Imma},{row.Hmma},{row.Ffma}");

    private static KernelFigures Parse(string line)
    {
        var fields = line.Split(',');
        var numbers = fields[2..].Select(field => int.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return new(fields[0], fields[1], numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]);
    }
}
