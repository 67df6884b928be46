using System.Text.RegularExpressions;
using System.Xml.Linq;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Architecture;

/// <summary>Who may know whom: folders of the core in their order, projects in theirs.</summary>
public partial class LayeringTests
{
    private static readonly string[] Folders =
        ["Numerics", "Data", "Shifts", "Backends", "Graphs", "Models", "Quantization", "Training", "Evaluation"];

    // Scalar formulas are compiled into the core from shaders/ and speak of the backends' types: they belong to Backends.
    private const string Formulas = "Formulas";

    [Fact]
    public void Core_EachFolder_UsesOnlyFoldersBeforeIt()
    {
        var wrong = CoreFiles().SelectMany(file => Uses(file.Text)
            .Where(used => Rank(used) > Rank(file.Folder))
            .Select(used => $"{file.Name} uses {used}"));
        Repository.AssertNone(wrong);
    }

    [Fact]
    public void Core_EachFile_HasItsFoldersNamespace()
    {
        var wrong = CoreFiles()
            .Where(file => file.Name != "src/GpuQuant.Core/Backends/Scalar.cs"
                && !NamespaceOf(file.Text).StartsWith(file.Folder, StringComparison.Ordinal))
            .Select(file => $"{file.Name} is in namespace GpuQuant.{NamespaceOf(file.Text)}");
        Repository.AssertNone(wrong);
    }

    [Fact]
    public void Core_Folders_AreThoseOfTheOrder() =>
        Assert.Equal(Folders.Order(), CoreFiles().Select(file => file.Folder).Distinct().Order());

    [Theory]
    [InlineData("using GpuQuant.Training;", "Training")]
    [InlineData("using Model = GpuQuant.Graphs.Model;", "Graphs")]
    [InlineData("var x = Models.Lenet5.Make();", "Models")]
    [InlineData("var x = GpuQuant.Evaluation.Uncertainty.Of(p);", "Evaluation")]
    [InlineData("Backends.Activation activation) // Training.Trainer", "Backends")]
    [InlineData("/// <see cref=\"Training.Trainer\"/>")]
    [InlineData("var x = calibration.Data.Count;")]
    public void Uses_OfALine_AreFound(string line, params string[] expected) => Assert.Equal(expected, Uses(line));

    [Fact]
    public void ProjectReferences_PointOneWay()
    {
        var allowed = new Dictionary<string, string[]>
        {
            ["GpuQuant.Core"] = [],
            ["GpuQuant.Backends.Ilgpu"] = ["GpuQuant.Core"],
            ["GpuQuant.Backends.ComputeSharp"] = ["GpuQuant.Core"],
            ["GpuQuant.Experiments"] = ["GpuQuant.Core"],
            ["GpuQuant.Cli"] = ["GpuQuant.Core", "GpuQuant.Experiments", "GpuQuant.Backends.Ilgpu", "GpuQuant.Backends.ComputeSharp"],
        };
        var projects = Repository.Files("*.csproj", "src").ToArray();
        Assert.NotEmpty(projects);
        foreach (var project in projects)
            Assert.Subset(allowed[Path.GetFileNameWithoutExtension(project)].ToHashSet(), References(project).ToHashSet());
    }

    private static IEnumerable<string> References(string project) => XDocument.Load(project).Descendants("ProjectReference")
        .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')));

    private static IEnumerable<(string Name, string Folder, string Text)> CoreFiles()
    {
        var core = Path.Combine("src", "GpuQuant.Core");
        foreach (var file in Repository.Files("*.cs", core))
            if (Repository.Relative(file).Split('/') is [_, _, var folder, _, ..])
                yield return (Repository.Relative(file), folder, File.ReadAllText(file));
    }

    private static int Rank(string folder) => Array.IndexOf(Folders, folder == Formulas ? "Backends" : folder);

    private static string[] Uses(string source) =>
        [.. Name().Matches(Comment().Replace(source, "")).Select(match => match.Groups["folder"].Value).Distinct()];

    private static string NamespaceOf(string source) => Namespace().Match(source).Groups["name"].Value;

    [GeneratedRegex(@"(?<!:)//.*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^namespace GpuQuant\.(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    // "using GpuQuant.X;", a qualified "GpuQuant.X.Type" or, inside the common namespace, "X.Type"; not a property "a.X.Member".
    [GeneratedRegex(@"(?<![\w.])(GpuQuant\.(?<folder>[A-Z]\w*)\s*[;.]|(?<folder>Numerics|Data|Shifts|Backends|Graphs|Models|Quantization|Training|Evaluation|Formulas)\.[A-Z])")]
    private static partial Regex Name();
}
