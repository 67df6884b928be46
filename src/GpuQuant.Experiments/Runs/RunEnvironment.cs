using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuQuant.Experiments;

/// <summary>Where and with what a run was computed.</summary>
/// <param name="Commit">The source's commit, 40 hexadecimal digits; null in a build without one.</param>
/// <param name="Device">The device's name.</param>
/// <param name="System">The operating system and its processor.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Packages">Versions of GpuQuant and of the packages that its assemblies refer to, by assembly name.</param>
public sealed record RunEnvironment(
    string? Commit, string Device, string System, string Runtime, IReadOnlyDictionary<string, string> Packages)
{
    private static readonly string[] Platform =
        ["System", "Microsoft.CSharp", "Microsoft.Win32", "Microsoft.VisualBasic", "netstandard", "mscorlib"];

    /// <summary>The commit of this build, from the assembly's version <c>0.1.0+0123abc...</c>; null where it has none.</summary>
    public static string? BuildCommit => CommitOf(InformationalVersion(typeof(RunEnvironment).Assembly));

    /// <summary>What result files carry along: the device, and the commit of this build where it has one.</summary>
    public static IReadOnlyDictionary<string, string> Metadata(string device) => BuildCommit is { } commit
        ? new Dictionary<string, string> { ["device"] = device, ["commit"] = commit }
        : new Dictionary<string, string> { ["device"] = device };

    /// <summary>This process's environment.</summary>
    /// <param name="device">The device's name.</param>
    public static RunEnvironment Capture(string device) => new(
        BuildCommit, device, $"{RuntimeInformation.OSDescription.Trim()} {RuntimeInformation.OSArchitecture}",
        RuntimeInformation.FrameworkDescription, FindPackages());

    /// <summary>The commit in a version, or null: <c>0.1.0+0123abc</c> gives <c>0123abc</c>.</summary>
    public static string? CommitOf(string version)
    {
        var commit = version[(version.IndexOf('+', StringComparison.Ordinal) + 1)..];
        return commit != version && commit.Length is >= 7 and <= 64 && commit.All(char.IsAsciiHexDigitLower) ? commit : null;
    }

    /// <summary>The environment as JSON.</summary>
    public string ToJson()
    {
        var packages = Packages.OrderBy(package => package.Key, StringComparer.Ordinal)
            .Select(package => KeyValuePair.Create(package.Key, (JsonNode?)JsonValue.Create(package.Value)));
        var json = new JsonObject
        {
            ["commit"] = Commit,
            ["device"] = Device,
            ["system"] = System,
            ["runtime"] = Runtime,
            ["packages"] = new JsonObject(packages),
        };
        return json.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" });
    }

    private static Dictionary<string, string> FindPackages()
    {
        var own = AppDomain.CurrentDomain.GetAssemblies().Where(assembly => IsOwn(assembly.GetName().Name!)).ToArray();
        var packages = own.SelectMany(assembly => assembly.GetReferencedAssemblies())
            .Where(name => !IsOwn(name.Name!) && !Platform.Any(part => (name.Name + '.').StartsWith(part + '.', StringComparison.Ordinal)))
            .Select(Version);
        return own.Select(assembly => KeyValuePair.Create(assembly.GetName().Name!, WithoutCommit(InformationalVersion(assembly))))
            .Concat(packages).DistinctBy(package => package.Key).ToDictionary();
    }

    private static bool IsOwn(string name) => name.StartsWith("gpuquant", StringComparison.OrdinalIgnoreCase);

    private static KeyValuePair<string, string> Version(AssemblyName name)
    {
        try
        {
            return KeyValuePair.Create(name.Name!, WithoutCommit(InformationalVersion(Assembly.Load(name))));
        }
        catch (Exception error) when (error is IOException or BadImageFormatException)
        {
            // Referred to but not shipped: the version that was compiled against is all there is to say.
            return KeyValuePair.Create(name.Name!, name.Version?.ToString() ?? "");
        }
    }

    private static string InformationalVersion(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? assembly.GetName().Version?.ToString() ?? "";

    private static string WithoutCommit(string version) => version.Split('+')[0];
}
