using System.Globalization;
using System.Text.Json;
using GpuQuant.Evaluation;
using GpuQuant.Experiments;

namespace GpuQuant.Tests.Experiments;

public sealed class Rq1TableTests
{
    private static readonly string[] Quantizers = ["tflite8", "tflite16", "coreml8", "coreml16"];
    private static readonly string[] TestSets = ["original", "identity", "fog", "zigzag"];

    [Fact]
    public void ToText_ThreeSeedsAt80Columns_IsThis()
    {
        var expected = """
            mnist lenet5 standard (3 seeds, mean ± standard deviation)
            %: inputs classified unlike float32; pts: accuracy minus float32's, in points

             test set             float32           tflite8          tflite16
                                   acc. %           %   pts           %   pts
            ───────────────────────────────────────────────────────────────────
             original         90.00 ±0.00  1.00 ±0.00 -1.00  2.00 ±0.00 -2.00
             fog              90.00 ±0.00  3.00 ±1.00 -3.00  4.00 ±1.00 -4.00
             identity         90.00 ±0.00  1.00 ±0.00 -1.00  2.00 ±0.00 -2.00
             zigzag           90.00 ±0.00  4.00 ±1.00 -4.00  5.00 ±1.00 -5.00
            ───────────────────────────────────────────────────────────────────
             mean of shifted  90.00 ±0.00  3.50 ±1.00 -3.50  4.50 ±1.00 -4.50


             test set             float32           coreml8          coreml16
                                   acc. %           %   pts           %   pts
            ───────────────────────────────────────────────────────────────────
             original         90.00 ±0.00  3.00 ±0.00 -3.00  4.00 ±0.00 -4.00
             fog              90.00 ±0.00  5.00 ±1.00 -5.00  6.00 ±1.00 -6.00
             identity         90.00 ±0.00  3.00 ±0.00 -3.00  4.00 ±0.00 -4.00
             zigzag           90.00 ±0.00  6.00 ±1.00 -6.00  7.00 ±1.00 -7.00
            ───────────────────────────────────────────────────────────────────
             mean of shifted  90.00 ±0.00  5.50 ±1.00 -5.50  6.50 ±1.00 -6.50



            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), Rq1Table.ToText(Study(seeds: 3), 80));
    }

    [Fact]
    public void ToText_OneSeedWithPaper_IsThis()
    {
        var expected = """
            mnist lenet5 standard (seed 1)
            %: inputs classified unlike float32; pts: accuracy minus float32's, in points

             test set         float32     tflite8    tflite16     coreml8    coreml16
                               acc. %     %   pts     %   pts     %   pts     %   pts
            ───────────────────────────────────────────────────────────────────────────
             original           90.00  1.00 -1.00  2.00 -2.00  3.00 -3.00  4.00 -4.00
             fog                90.00  2.00 -2.00  3.00 -3.00  4.00 -4.00  5.00 -5.00
             identity           90.00  1.00 -1.00  2.00 -2.00  3.00 -3.00  4.00 -4.00
             zigzag             90.00  3.00 -3.00  4.00 -4.00  5.00 -5.00  6.00 -6.00
            ───────────────────────────────────────────────────────────────────────────
             mean of shifted    90.00  2.50 -2.50  3.50 -3.50  4.50 -4.50  5.50 -5.50


            mnist lenet5 standard beside Hu et al. 2022 (one seed), in %
            shifted: the mean over the shifted test sets that both have

                                original           shifted
                                    ours   paper      ours   paper
            ─────────────────────────────────────────────────────────
             float32 accuracy      90.00   98.87     90.00   60.58
             tflite8 differ         1.00    0.04      2.50    1.94
             tflite16 differ        2.00    0.03      3.50    0.73
             coreml8 differ         3.00    0.01      4.50    0.75
             coreml16 differ        4.00    0.00      5.50    0.05



            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), Rq1Table.ToText(Study(seeds: 1), 80, PaperTable.HuEtAl2022));
    }

    [Fact]
    public void ToText_MissingQuantizerAndSeed_AreMarked()
    {
        var cells = StudyCells(3).Where(cell => cell.Key is not
            ({ Quantizer: "tflite8", TestSet: "fog", Seed: 2 } or { Quantizer: "coreml8", TestSet: "zigzag" }));
        var text = Rq1Table.ToText(Rq1.Of(cells), 120);
        AssertLine(" fog              90.00  ±0.00  3.00* ±1.41 -3.00  4.00  ±1.00 -4.00  5.00  ±1.00 -5.00  6.00  ±1.00 -6.00");
        AssertLine(" zigzag           90.00  ±0.00  4.00  ±1.00 -4.00  5.00  ±1.00 -5.00            -     -  7.00  ±1.00 -7.00");
        AssertLine(" mean of shifted  90.00  ±0.00  3.50*       -3.50  4.50  ±1.00 -4.50  5.00*       -5.00  6.50  ±1.00 -6.50");
        AssertLine("* some seeds or test sets are missing from this mean");

        void AssertLine(string line) => Assert.Contains(line, text.Split('\n'));
    }

    [Theory]
    [InlineData(1, 80)]
    [InlineData(3, 80)]
    [InlineData(1, 120)]
    [InlineData(3, 120)]
    [InlineData(3, 200)]
    public void ToText_WideEnough_KeepsWithinTheWidth(int seeds, int width)
    {
        var cells = StudyCells(seeds).Append(Cells.Make("a_quantizer_of_a_long_name", "fog", floatErrors: 100, count: 100));
        Assert.All(Rq1Table.ToText(Rq1.Of(cells), width, PaperTable.HuEtAl2022).Split('\n'), line => Assert.InRange(line.Length, 0, width));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(40)]
    public void ToText_TooNarrow_CutsNoNumber(int width)
    {
        var lines = Rq1Table.ToText(Study(seeds: 3), width).Split('\n');
        Assert.Equal(4, lines.Count(line => line.StartsWith(" mean of shifted  90.00 ±0.00 ", StringComparison.Ordinal)));
    }

    [Fact]
    public void ToText_OnlyFloat32OrNothing_StillShows()
    {
        Assert.Equal("There are no rows.\n", Rq1Table.ToText(Rq1.Of([]), 80));
        var text = Rq1Table.ToText(Rq1.Of([Cells.Make("float32", floatErrors: 7)]), 80, PaperTable.HuEtAl2022);
        Assert.Contains(" original    93.00", text, StringComparison.Ordinal);
        Assert.DoesNotContain("mean of shifted", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ToText_NoFloat32Cell_TakesItsAccuracyFromTheOthers() =>
        Assert.Contains(
            " original    93.00  4.00 -4.00", Rq1Table.ToText(Rq1.Of([Cells.Make(floatErrors: 7, disagreements: 4)]), 80),
            StringComparison.Ordinal);

    [Fact]
    public void ToText_OtherDataset_HasNoPaper() =>
        Assert.DoesNotContain(
            "Hu et al.", Rq1Table.ToText(Rq1.Of([Cells.Make(dataset: "glyphs")]), 80, PaperTable.HuEtAl2022), StringComparison.Ordinal);

    [Fact]
    public void ToText_NamesWithMarkup_StayAsTheyAre() =>
        Assert.Contains("[red]q[/]", Rq1Table.ToText(Rq1.Of([Cells.Make("[red]q[/]")]), 80), StringComparison.Ordinal);

    [Fact]
    public void ToText_OtherCulture_KeepsThePoint()
    {
        var (previous, expected) = (CultureInfo.CurrentCulture, Rq1Table.ToText(Study(seeds: 3), 80, PaperTable.HuEtAl2022));
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
        try
        {
            Assert.Equal(expected, Rq1Table.ToText(Study(seeds: 3), 80, PaperTable.HuEtAl2022));
        }
        finally
        {
            CultureInfo.CurrentCulture = previous;
        }
    }

    [Fact]
    public void ToJson_OneCell_IsThis()
    {
        var expected = """
            [
              {
                "dataset": "mnist",
                "architecture": "lenet5",
                "strategy": "standard",
                "seeds": [
                  18446744073709551615
                ],
                "test_sets": [
                  {
                    "test_set": "original",
                    "float32_accuracy_pct": {
                      "mean": 100,
                      "standard_deviation": null,
                      "n": 1
                    },
                    "quantizers": [
                      {
                        "quantizer": "tflite8",
                        "disagreement_pct": {
                          "mean": 66.666667,
                          "standard_deviation": null,
                          "n": 1
                        },
                        "accuracy_difference_points": {
                          "mean": -66.666667,
                          "standard_deviation": null,
                          "n": 1
                        },
                        "tie_pct": {
                          "mean": 33.333333,
                          "standard_deviation": null,
                          "n": 1
                        },
                        "partial": false
                      }
                    ]
                  }
                ],
                "mean_of_shifted": null,
                "paper": [
                  {
                    "quantizer": "float32",
                    "metric": "accuracy_pct",
                    "original": 100,
                    "paper_original": 98.87,
                    "shifted": null,
                    "paper_shifted": null
                  },
                  {
                    "quantizer": "tflite8",
                    "metric": "disagreement_pct",
                    "original": 66.666667,
                    "paper_original": 0.04,
                    "shifted": null,
                    "paper_shifted": null
                  }
                ]
              }
            ]
            """;
        var rq1 = Rq1.Of([Cells.Make(seed: ulong.MaxValue, count: 3, disagreements: 2, ties: 1)]);
        Assert.Equal(expected.ReplaceLineEndings("\n"), Rq1Table.ToJson(rq1, PaperTable.HuEtAl2022));
    }

    [Fact]
    public void ToJson_Study_ParsesAndAgreesWithTheTable()
    {
        using var json = JsonDocument.Parse(Rq1Table.ToJson(Study(seeds: 3)));
        var mean = json.RootElement[0].GetProperty("mean_of_shifted").GetProperty("quantizers")[0].GetProperty("disagreement_pct");
        Assert.Equal(3.5, mean.GetProperty("mean").GetDouble());
        Assert.Equal(1.0, mean.GetProperty("standard_deviation").GetDouble());
        Assert.Equal(3, mean.GetProperty("n").GetInt32());
        Assert.Equal("[]", Rq1Table.ToJson(Rq1.Of([])));
    }

    private static Rq1 Study(int seeds) => Rq1.Of(StudyCells(seeds));

    /// <summary>Disagreements: 1 to 4 by quantizer; on shifted sets also by seed and test set.</summary>
    private static IEnumerable<EvaluationRows> StudyCells(int seeds)
    {
        foreach (var (shift, testSet) in TestSets.Index())
        {
            for (var seed = 1; seed <= seeds; seed++)
            {
                yield return Cells.Make("float32", testSet, (ulong)seed, floatErrors: 10);
                foreach (var (index, quantizer) in Quantizers.Index())
                    yield return Cells.Make(
                        quantizer, testSet, (ulong)seed, floatErrors: 10, disagreements: index + (shift < 2 ? 1 : seed + shift - 1));
            }
        }
    }
}
