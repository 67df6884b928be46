using System.Globalization;
using System.Text;
using System.Text.Json;
using GpuQuant.Cli;
using GpuQuant.Experiments;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Experiments;

/// <summary>The page of a small study, made by <c>gpuquant report</c>, in a browser.</summary>
public sealed class ReportPageTests : IDisposable
{
    private const string StudyName = "a study & <b>", Nasty = "<script>document.title='taken'</script>";

    // Contrast is WCAG's, of every text against the nearest background above it.
    private const string Inspect = """
        const numbers = colour => colour.match(/[\d.]+/g).map(Number);
        const light = colour => numbers(colour).slice(0, 3).map(v => v / 255)
          .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
        const isClear = colour => numbers(colour)[3] === 0;
        const back = element => !element ? "rgb(255, 255, 255)"
          : isClear(win.getComputedStyle(element).backgroundColor) ? back(element.parentElement)
          : win.getComputedStyle(element).backgroundColor;
        const contrast = element => {
          const ends = [light(win.getComputedStyle(element).color), light(back(element))].sort((a, b) => a - b);
          return (ends[1] + .05) / (ends[0] + .05);
        };
        const texts = [...doc.body.querySelectorAll(":not(script)")]
          .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
        const cells = row => [...row.cells].map(cell => cell.textContent);
        return {
          title: doc.title, width: win.innerWidth,
          beyond: doc.documentElement.scrollWidth - doc.documentElement.clientWidth, back: light(back(doc.body)),
          contrast: Math.min(...texts.map(contrast)), scripts: doc.scripts.length,
          pictures: [...doc.images].map(image => image.naturalWidth),
          tables: [...doc.querySelectorAll("section")].flatMap(section => [...section.querySelectorAll("table")].map(table =>
            ({ heading: section.querySelector("h2").textContent, rows: [...table.rows].map(cells) }))),
        };
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1280, false)]
    [InlineData(360, false)]
    [InlineData(360, true)]
    public async Task Page_AnyWidthAndScheme_IsReadable(int width, bool isDark)
    {
        var look = await Chromium.At(await Report(), Inspect, width, isDark);
        var seen = look.Seen;
        Assert.Empty(Defects(look));
        Assert.Equal(width, Number(seen, "width"));
        Assert.Equal(isDark, Number(seen, "back") < 0.1);
        var pictures = seen.GetProperty("pictures").EnumerateArray().Select(picture => picture.GetInt32()).ToArray();
        Assert.InRange(pictures.Length, 2, 5);
        Assert.All(pictures, picture => Assert.InRange(picture, 500, 3000));
    }

    [Theory]
    [InlineData("message", "<script>undefinedFunction()</script>")]
    [InlineData("message", "<img style=\"min-width: 0\" src=\"https://example.org/a.png\">")]
    [InlineData("scrolls", "<div style=\"width: 500px\">wide</div>")]
    [InlineData("pale", "<p style=\"color: #888; background: #999\">pale</p>")]
    public async Task Page_PlantedDefect_IsFound(string name, string defect)
    {
        var page = await Report();
        var html = await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken);
        html = html.Replace("</body>", defect + "</body>", StringComparison.Ordinal);
        var planted = _folder.Write("planted.html", Encoding.UTF8.GetBytes(html));
        Assert.Equal([name], Defects(await Chromium.At(planted, Inspect, 360)));
    }

    [Fact]
    public async Task Page_Numbers_AreThoseOfTheCsv()
    {
        var page = await Report();
        var (seen, _) = await Chromium.At(page, Inspect);
        var rows = seen.GetProperty("tables").EnumerateArray()
            .First(table => table.GetProperty("heading").GetString() == "mnist lenet5 standard").GetProperty("rows").EnumerateArray()
            .Select(row => row.EnumerateArray().Select(cell => cell.GetString()!).ToArray()).ToArray();
        var csv = File.ReadLines(Path.Combine(Path.GetDirectoryName(page)!, "rq1.csv")).Skip(1).Select(line => line.Split(','))
            .ToLookup(line => (line[4], line[5], line[6]), line => double.Parse(line[7], CultureInfo.InvariantCulture));
        foreach (var testSet in new[] { "original", "shot_noise", Nasty })
        {
            var row = rows.Single(row => row[0] == testSet.Replace('_', ' '));
            Assert.Equal(Text(csv[("float32", testSet, "accuracy_pct")]), row[Column("float32 accuracy")]);
            Assert.Equal(Text(csv[("tflite8", testSet, "disagreement_pct")]), row[Column("tflite8 disagreement")]);
            var difference = csv[("tflite8", testSet, "accuracy_difference_points")].Average();
            Assert.Equal(
                difference.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture), row[Column("accuracy difference")]);
        }

        int Column(string header) => Array.IndexOf(rows[0], header);
    }

    [Fact]
    public async Task Page_MarkupInNames_StaysText()
    {
        var (seen, _) = await Chromium.At(await Report(), Inspect);
        Assert.Equal($"Quantized models against their originals: {StudyName}", seen.GetProperty("title").GetString());
        Assert.Equal(1, Number(seen, "scripts"));
    }

    [Fact]
    public async Task Page_PressOnAHeader_SortsNumbersBothWays()
    {
        var report = new HtmlReport("sorting");
        report.Section("table").Table(["net", "value"], [["a", "10.00 \u00b1 1.00"], ["b", "-"], ["c", "9.00"], ["d", "-1.00"]]);
        report.Write(_folder.File("page.html"));
        var (seen, messages) = await Chromium.At(_folder.File("page.html"), """
            const order = () => [...doc.querySelectorAll("tbody tr")].map(row => row.cells[0].textContent).join("");
            const button = doc.querySelectorAll("th button")[1], seen = [];
            button.click(); seen.push(order()); button.click(); seen.push(order());
            return seen;
            """);
        Assert.Equal(["dcab", "acdb"], seen.EnumerateArray().Select(order => order.GetString()));
        Assert.Empty(messages);
    }

    private static IEnumerable<string> Defects(Chromium.Look look) => new (string Name, bool Is)[]
    {
        ("message", look.Messages.Count > 0), ("scrolls", Number(look.Seen, "beyond") > 0), ("pale", Number(look.Seen, "contrast") < 4.5),
    }.Where(defect => defect.Is).Select(defect => defect.Name);

    private static double Number(JsonElement seen, string name) => seen.GetProperty(name).GetDouble();

    private static string Text(IEnumerable<double> values)
    {
        var spread = Spread.Of([.. values]);
        return string.Create(CultureInfo.InvariantCulture, $"{spread.Mean:0.00} \u00b1 {spread.StandardDeviation:0.00}");
    }

    private async Task<string> Report()
    {
        var study = _folder.File(StudyName);
        var cells = Enumerable.Range(1, 3).SelectMany(seed => new[] { "original", "shot_noise", Nasty }.Index()
            .SelectMany(set => new[]
            {
                Cells.Make("float32", set.Item, (ulong)seed, floatErrors: 9 * set.Index + seed),
                Cells.Make("tflite8", set.Item, (ulong)seed, floatErrors: 9 * set.Index + seed, disagreements: 3 * set.Index + 2 * seed),
            }));
        RowsFile.Write(Path.Combine(study, "rows.parquet"), cells, new Dictionary<string, string> { ["device"] = Nasty });
        using var output = new StringWriter();
        using var error = new StringWriter();
        Assert.Equal(0, await CommandLine.RunAsync(["report", study], output, error));
        return Path.Combine(study, "report.html");
    }
}
