using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Data.Text;

/// <summary>Golden cases worked out by hand from the rules in Keras's documentation of Tokenizer and pad_sequences.</summary>
public class KerasTokenizerTests
{
    // the 3, cat 2; a (3rd word), dog, sat once each, in the order in which they were seen: a before sat before dog.
    private static readonly string[] Texts = ["The cat, a", "the\tCAT sat.", "the dog!"];

    [Fact]
    public void Dataset_OfTexts_KnowsTheWordsOfItsNumbers()
    {
        var tokenizer = KerasTokenizer.Fit(["The cat, the dog"], wordLimit: 3);
        var data = TokenDataset.Encode("texts", [new("the cat saw the dog", 1)], tokenizer, 4, 2);
        Assert.Equal(["the", "cat"], data.Vocabulary);
        Assert.Equal(["the", "cat"], Subset.First(data, 1).Vocabulary);
        Assert.Equal(["the", "cat"], new InMemoryDataset("others", new Tensor(DType.Int32, new Shape(1, 4)), data).Vocabulary);
    }

    [Fact]
    public void Fit_Texts_RanksByFrequencyThenFirstSeen() =>
        Assert.Equal(["the", "cat", "a", "sat", "dog"], KerasTokenizer.Fit(Texts, 100).Vocabulary);

    [Theory]
    [InlineData("dog the a", 5, 1, 3)]
    [InlineData("The bird saw the dog", 1, 1, 5)]
    [InlineData("bird")]
    [InlineData("")]
    [InlineData("cat-cat_cat/cat\ncat", 2, 2, 2, 2, 2)]
    public void Sequence_OfAText_HasItsKnownWords(string text, params int[] expected) =>
        Assert.Equal(expected, KerasTokenizer.Fit(Texts, 100).Sequence(text));

    // num_words 3 keeps the indices 1 and 2: "a" is 3.
    [Theory]
    [InlineData(1)]
    [InlineData(2, 1, 1)]
    [InlineData(3, 1, 2, 1)]
    [InlineData(4, 1, 2, 3, 1)]
    [InlineData(6, 1, 2, 3, 4, 5, 1)]
    public void Sequence_WordLimit_DropsItAndWhatIsRarer(int limit, params int[] expected)
    {
        var tokenizer = KerasTokenizer.Fit(Texts, limit);
        Assert.Equal(expected, tokenizer.Sequence("the cat a sat dog the"));
        Assert.Equal(5, tokenizer.Vocabulary.Count);
    }

    // All ASCII punctuation but the apostrophe, tab, line feed and space separate; the apostrophe, CR, U+00A0 and U+0085 do not.
    [Fact]
    public void Fit_EveryFilteredCharacter_Separates()
    {
        const string filtered = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n ";
        Assert.Equal(34, filtered.Length);
        Assert.All(filtered, c => Assert.Equal(["x", "y"], KerasTokenizer.Fit([$"x{c}{c}y{c}"], 9).Vocabulary));
        Assert.All("'\r\u00a0\u0085\u2019", c => Assert.Equal([$"x{c}y"], KerasTokenizer.Fit([$"x{c}y"], 9).Vocabulary));
    }

    [Theory]
    [InlineData(5, 0, 0, 5, 1, 3)]
    [InlineData(3, 5, 1, 3)]
    [InlineData(2, 1, 3)]
    [InlineData(0)]
    public void Encode_ToALength_PadsAndCutsAtTheFront(int length, params int[] expected)
    {
        var encoded = Enumerable.Repeat(-1, length).ToArray();
        KerasTokenizer.Fit(Texts, 100).Encode("dog the a", encoded);
        Assert.Equal(expected, encoded);
    }

    /// <summary>Random UTF-16, lone surrogates included, against the rules written down character by character.</summary>
    [Fact]
    public void Sequence_RandomUnicode_IsThatOfThePlainRules()
    {
        const string filters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n";
        var random = new RandomStream(3, RandomPurpose.Test);
        for (var round = 0; round < 2000; round++)
        {
            string[] texts = [Random(ref random), Random(ref random)];
            var words = texts.Select(text => new string([.. PythonText.Lower(text).Select(c => filters.Contains(c) ? ' ' : c)]))
                .Select(text => text.Split(' ').Where(word => word != "").ToArray()).ToArray();
            var ranked = words.SelectMany(w => w).GroupBy(w => w).OrderByDescending(g => g.Count()).Select(g => g.Key).ToList();
            var tokenizer = KerasTokenizer.Fit(texts, 8);
            Assert.Equal(ranked, tokenizer.Vocabulary);
            Assert.Equal(words[0].Select(w => ranked.IndexOf(w) + 1).Where(i => i < 8), tokenizer.Sequence(texts[0]));
        }
    }

    private static string Random(ref RandomStream random)
    {
        var text = new char[random.NextInt32(0, 40)];
        for (var i = 0; i < text.Length; i++)
            text[i] = random.NextInt32(0, 3) switch
            {
                0 => (char)random.NextInt32(0, 0x10000),
                1 => " aAbB.,\u03a3\u0130\ud801\udc00"[random.NextInt32(0, 11)],
                _ => ' ',
            };
        return new string(text);
    }
}
