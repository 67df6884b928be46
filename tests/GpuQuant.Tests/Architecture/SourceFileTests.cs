using System.Text.RegularExpressions;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Architecture;

/// <summary>What every source file keeps to: its size, one public type, no path of the machine on which it was written.</summary>
public partial class SourceFileTests
{
    private const int MostLines = 300, MostCompanionLines = 60;
    private static readonly string[] Code = ["src", "shaders", "tests", "experiments"];

    [Fact]
    public void SourceFile_Length_IsAtMost300Lines() => Assert.DoesNotContain(
        Repository.Files("*.cs", Code).Select(file => (Name: Repository.Relative(file), Lines: File.ReadAllLines(file).Length)),
        file => file.Lines > MostLines);

    [Fact]
    public void SourceFile_PublicTypes_AreOneWithSmallCompanions()
    {
        var wrong = Repository.Files("*.cs", "src", "shaders").SelectMany(file =>
            Problems(Path.GetFileName(file).Split('.', '{')[0], File.ReadAllLines(file))
                .Select(problem => $"{Repository.Relative(file)}: {problem}"));
        Repository.AssertNone(wrong);
    }

    [Fact]
    public void File_Content_NamesNoPathOfAMachine()
    {
        var files = Code.SelectMany(folder => Repository.Files("*", folder)).Where(IsText).ToArray();
        Assert.True(files.Length > 100, $"Only {files.Length} files were found.");
        var wrong = files.SelectMany(file => File.ReadLines(file)
            .Where(line => MachinePath().IsMatch(line))
            .Select(line => $"{Repository.Relative(file)}: {line.Trim()}"));
        Repository.AssertNone(wrong);
    }

    [Theory]
    [InlineData("wor", "k/data/mnist", true)]
    [InlineData("hom", "e/someone/x.npy", true)]
    [InlineData("roo", "t/.nuget", true)]
    [InlineData("home", "work/x", false)]
    [InlineData("docs", "/work", false)]
    public void MachinePath_Pattern_FindsAbsoluteFolders(string start, string rest, bool expected)
    {
        Assert.Equal(expected ? 1 : 0, MachinePath().Count($"path = \"/{start}{rest}\""));
        Assert.Equal(0, MachinePath().Count($"https://example.org/{start}{rest}"));
    }

    /// <summary>A file holds one public type of its own name; others are short and of the kinds that need no file of their own.</summary>
    private static IEnumerable<string> Problems(string name, string[] lines)
    {
        var types = lines.Index()
            .Select(line => (line.Index, Match: PublicType().Match(line.Item)))
            .Where(line => line.Match.Success)
            .ToArray();
        if (types.Length > 0 && types.All(type => type.Match.Groups["name"].Value != name))
            yield return $"no public type is called {name}";
        for (var i = 0; i < types.Length; i++)
        {
            var (start, match) = types[i];
            if (match.Groups["name"].Value == name)
                continue;
            var length = Array.FindIndex(lines, start, line => line is "}" || (line.Length > 0 && line[^1] == ';')) - start + 1;
            var isSmallKind = match.Groups["kind"].Value is "enum" or "record" or "interface"
                || match.Value.Contains("static", StringComparison.Ordinal)
                    || lines[start].Contains($": {name}(", StringComparison.Ordinal);
            if (!isSmallKind || length > MostCompanionLines)
                yield return $"{match.Groups["name"].Value} ({match.Groups["kind"].Value}, {length} lines) belongs into a file of its own";
        }
    }

    private static bool IsText(string file) => Path.GetExtension(file)
        is ".cs" or ".csproj" or ".props" or ".targets" or ".md" or ".csv" or ".py" or ".sh" or ".json" or ".txt" or ".html" or ".cl";

    [GeneratedRegex(@"(?<![\w./:-])(/(work|home|root|Users|mnt)/[\w.]|[A-Z]:\\+Users\\)")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"^public (static |sealed |abstract |readonly |partial |unsafe |ref )*(?<kind>class|record|struct|interface|enum|delegate [\w<>?]+)( struct| class)? (?<name>\w+)")]
    private static partial Regex PublicType();
}
