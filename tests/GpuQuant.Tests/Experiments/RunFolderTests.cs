using System.Diagnostics;
using System.Text.Json.Nodes;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Experiments;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NameOf_KnownConfiguration_IsItsHash()
    {
        // printf '{"a":[true,null,"x"],"b":{"c":0.5,"d":1}}' | sha256sum
        var configuration = Parse("""{ "b": { "d": 1.0, "c": 5e-1 }, "a": [true, null, "x"] }""");
        Assert.Equal("{\"a\":[true,null,\"x\"],\"b\":{\"c\":0.5,\"d\":1}}", CanonicalJson.Write(configuration));
        Assert.Equal("4ef855c452d0", RunFolder.NameOf(configuration));
    }

    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{ "b" : 2.0, "a" : 1e0 }""", true)]
    [InlineData("""{"a":18446744073709551615}""", """{"a":18446744073709551614}""", false)]
    [InlineData("""{"a":9007199254740993}""", """{"a":9007199254740992}""", false)]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""", false)]
    [InlineData("""{"a":0.1}""", """{"a":0.10}""", true)]
    [InlineData("""{"a":1}""", """{"a":"1"}""", false)]
    [InlineData("""{"a":null}""", """{}""", false)]
    [InlineData("""{"a":-0.0}""", """{"a":0}""", true)]
    [InlineData("""{"a":"\u00e9\u002f"}""", """{"a":"é/"}""", true)]
    public void NameOf_TwoTexts_AreTheSameRunOrNot(string one, string other, bool same) =>
        Assert.Equal(same, RunFolder.NameOf(Parse(one)) == RunFolder.NameOf(Parse(other)));

    [Fact]
    public void NameOf_ValuesFromCode_AreTheSameAsFromText() =>
        Assert.Equal(
            RunFolder.NameOf(Parse("""{"rate":0.001,"seed":7,"name":"lenet5"}""")),
            RunFolder.NameOf(new JsonObject { ["name"] = "lenet5", ["seed"] = 7UL, ["rate"] = 1e-3 }));

    [Fact]
    public void NameOf_HugeNumber_IsRefused() =>
        Errors.Says<UsageException>("1e999", () => RunFolder.NameOf(Parse("""{"a":1e999}""")));

    [Fact]
    public void Open_New_WritesConfigurationEnvironmentAndLog()
    {
        using var run = RunFolder.Open(_folder.File("a/b"), Parse("""{"seed":1,"arch":"lenet5"}"""), "my device");
        Assert.False(run.IsFinished);
        Assert.Equal("{\n  \"arch\": \"lenet5\",\n  \"seed\": 1\n}\n", File.ReadAllText(run.FileOf("config.json")));
        var environment = JsonNode.Parse(File.ReadAllText(run.FileOf("environment.json")))!;
        Assert.Equal("my device", (string?)environment["device"]);
        Assert.Contains("Parquet", environment["packages"]!.AsObject().Select(package => package.Key));
        Assert.DoesNotContain("System.Runtime", environment["packages"]!.AsObject().Select(package => package.Key));
        Assert.StartsWith(".NET 10", (string?)environment["runtime"], StringComparison.Ordinal);
        Assert.Matches(
            """^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ opened; commit (unknown|[0-9a-f]{40}), my device\n$""",
            File.ReadAllText(run.FileOf("log.txt")));
    }

    [Fact]
    public void Log_SeveralLines_StayOneEntry()
    {
        using var run = Open();
        run.Log("error\r\n  at A\n  at B");
        Assert.EndsWith("Z error\n      at A\n      at B\n", File.ReadAllText(run.FileOf("log.txt")), StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(run.FileOf("log.txt")).Length);
    }

    [Fact]
    public void Open_Again_GoesOnAndKeepsTheLog()
    {
        using (var first = Open())
        {
            first.Log("half way");
            Assert.False(RunFolder.IsFinishedIn(_folder.Path, Configuration));
        }
        using (var second = Open())
        {
            Assert.False(second.IsFinished);
            Assert.Equal(3, File.ReadAllLines(second.FileOf("log.txt")).Length);
            second.Finish();
            Assert.True(second.IsFinished);
        }
        Assert.True(RunFolder.IsFinishedIn(_folder.Path, Configuration));
        using var third = Open();
        Assert.True(third.IsFinished);
        Assert.Equal(4, File.ReadAllLines(third.FileOf("log.txt")).Length);
    }

    [Fact]
    public void Open_WhileOpen_IsRefused()
    {
        using (var run = Open())
        {
            Assert.Contains("Another process computes the run", Assert.Throws<UsageException>(Open).Message, StringComparison.Ordinal);
            Assert.Null(RunFolder.TryOpen(_folder.Path, Configuration, "cpu"));
            using var other = RunFolder.Open(_folder.Path, Parse("""{"seed":2}"""), "cpu");
            Assert.NotEqual(run.Name, other.Name);
        }
        Open().Dispose();
    }

    [Fact]
    public void Open_HolderKilled_IsFree()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/flock"), "needs the flock program");
        string path;
        using (var run = Open())
            path = run.FileOf("lock");
        var flock = new ProcessStartInfo("/usr/bin/flock", ["-x", "-o", path, "-c", "echo held; exec sleep 60"])
        {
            RedirectStandardOutput = true,
        };
        using var holder = Process.Start(flock)!;
        Assert.Equal("held", holder.StandardOutput.ReadLine());
        Assert.Null(RunFolder.TryOpen(_folder.Path, Configuration, "cpu"));
        holder.Kill(entireProcessTree: true);
        holder.WaitForExit();
        Open().Dispose();
    }

    [Fact]
    public void Open_OtherConfigurationInside_IsRefusedAndUnlocked()
    {
        var path = _folder.File(RunFolder.NameOf(Configuration));
        Directory.CreateDirectory(path);
        var foreign = new[]
        {
            ("""{"seed":2}""", "another configuration"), ("{", "cannot be read"),
            ("""{"a":1,"a":2}""", "cannot be read"), ("[]", "another"),
        };
        foreach (var (content, problem) in foreign)
        {
            File.WriteAllText(Path.Combine(path, "config.json"), content);
            var error = Assert.Throws<DataException>(Open);
            Assert.Contains(problem, error.Message, StringComparison.Ordinal);
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
        File.WriteAllText(Path.Combine(path, "config.json"), """{ "seed": 1.0 }""");
        Open().Dispose();
    }

    [Fact]
    public void Open_ForeignFolder_IsRefused()
    {
        var path = _folder.File(RunFolder.NameOf(Configuration));
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "thesis.doc"), "");
        Assert.Contains("holds 'thesis.doc'", Assert.Throws<DataException>(Open).Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(path, "thesis.doc")));
    }

    [Fact]
    public void Open_KilledWhileWritingTheConfiguration_StartsAfresh()
    {
        var path = _folder.File(RunFolder.NameOf(Configuration));
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, "lock"), "");
        File.WriteAllText(Path.Combine(path, "config.json.0123.tmp"), "{");
        using var run = Open();
        Assert.True(File.Exists(run.FileOf("config.json")));
    }

    [Fact]
    public void Open_RootIsAFile_IsADataException()
    {
        File.WriteAllText(_folder.File("runs"), "");
        Assert.Throws<DataException>(() => RunFolder.Open(_folder.File("runs"), Configuration, "cpu"));
    }

    [Theory]
    [InlineData("0.1.0+d34b2732f43d9260f01582f8bed04cd2d5b2cfba", "d34b2732f43d9260f01582f8bed04cd2d5b2cfba")]
    [InlineData("0.1.0", null)]
    [InlineData("d34b2732f43d9260f01582f8bed04cd2d5b2cfba", null)]
    [InlineData("0.1.0+build.5", null)]
    [InlineData("", null)]
    public void CommitOf_Version_IsItsCommit(string version, string? commit) => Assert.Equal(commit, RunEnvironment.CommitOf(version));

    private static JsonObject Configuration => Parse("""{"seed":1}""");

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private RunFolder Open() => RunFolder.Open(_folder.Path, Configuration, "cpu");
}
