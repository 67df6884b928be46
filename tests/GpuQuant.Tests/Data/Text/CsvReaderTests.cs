using System.Text;
using GpuQuant.Data.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Data.Text;

public class CsvReaderTests
{
    /// <summary>Worked out by the rules of RFC 4180: header a,b, then records.</summary>
    [Theory]
    [InlineData("1,2\n3,4\n", "1|2", "3|4")]
    [InlineData("1,2\r\n3,4\r\n", "1|2", "3|4")]
    [InlineData("1,2\n3,4", "1|2", "3|4")]
    [InlineData(",\n,", "|", "|")]
    [InlineData("\"1\",\"2\"", "1|2")]
    [InlineData("\"1\",\"2\"\r\n\"\",\"\"\n", "1|2", "|")]
    [InlineData("\"x, y\",\"say \"\"no\"\"\"\n", "x, y|say \"no\"")]
    [InlineData("\"\"\"\",\"\"\"\"\"\"", "\"|\"\"")]
    [InlineData("\"one\ntwo\r\nthree\",4\n5,6", "one\ntwo\r\nthree|4", "5|6")]
    [InlineData(" 1 ,\t2\n", " 1 |\t2")]
    [InlineData("1\u0085x,\u00962\b\n", "1\u0085x|\u00962\b")]
    [InlineData("\"1\u0085x\",\u20282\n", "1\u0085x|\u20282")]
    [InlineData("1\rx,2\r\r\n", "1\rx|2\r")]
    [InlineData("\u00e9\u4e2d,\ud83d\ude00\n", "\u00e9\u4e2d|\ud83d\ude00")]
    [InlineData("", new string[0])]
    public void Read_Records_GivesTheirFields(string records, params string[] expected)
    {
        foreach (var start in new[] { "a,b\n", "\"a\",b\r\n", "\ufeffa,b\n" })
        {
            var bytes = Encoding.UTF8.GetBytes(start + records);
            Assert.Equal(expected, ReadAll(new MemoryStream(bytes)));
            Assert.Equal(expected, ReadAll(new DribblingStream(bytes)));
        }
    }

    /// <summary>What is wrong, in which record (0 is the header, counted from 1 after it), on which line the text stands.</summary>
    [Theory]
    [InlineData("", "'x.csv' is empty")]
    [InlineData("a,\"b\n1,2\n", "header, line 1, opens a quote that is never closed")]
    [InlineData("a,b\n1,2\n3,\"4\n5\n", "record 2, line 3, opens a quote that is never closed")]
    [InlineData("a,b\n\"1\n2\"x,3\n", "record 1, line 3, has text after a closing quote")]
    [InlineData("a,b\n\"1\"\rx,3\n", "record 1, line 2, has text after a closing quote")]
    [InlineData("a,b\n1,\"2\"\r", "record 1, line 2, has text after a closing quote")]
    [InlineData("a,b\n1,2\"\n", "record 1, line 2, has a quote inside a field that does not begin with one")]
    [InlineData("a,b\n1,2\n\"x\ny\",1,2\n", "record 2, line 3, has more than 2 field(s)")]
    [InlineData("a,b\n1,2,", "record 1, line 2, has more than 2 field(s)")]
    [InlineData("a,b\n1,2\n3\n", "record 2, line 3, has 1 field(s), expected 2")]
    [InlineData("a,b\n1,2\n\n", "record 2, line 3, has 1 field(s), expected 2")]
    [InlineData("a,b\n1,\"x\n\u00ff\"\n", "record 1, line 3, has the byte 0xFF")]
    [InlineData("a\u00c3,b\n", "header, line 1, has the byte 0xC3")]
    [InlineData("a,b\n\u00c3,\u00a9\n", "record 1, line 2, has the byte 0xC3")]
    [InlineData("a,b\n1,x\u00e9\u0080", "record 1, line 2, has the byte 0xE9")]
    [InlineData("a,b\n1,2\n123456789,1", "record 2, line 3, has a field of more than 8 bytes")]
    [InlineData("a,b\n1,2\n1,\"1234\"\"5678\"", "record 2, line 3, has a field of more than 8 bytes")]
    public void Read_NotWellFormed_NamesFileRecordAndLine(string latin1, string expected)
    {
        var bytes = Encoding.Latin1.GetBytes(latin1);
        foreach (var stream in new Stream[] { new MemoryStream(bytes), new DribblingStream(bytes) })
        {
            var message = Assert.Throws<DataException>(() => ReadAll(stream, fieldLimit: 8)).Message;
            Assert.StartsWith("'x.csv'", message, StringComparison.Ordinal);
            Assert.Contains(expected, message);
        }
    }

    [Fact]
    public void Column_Missing_ListsTheColumnsThatAreThere()
    {
        var csv = new CsvReader(new MemoryStream("review,label\n"u8.ToArray()), "x.csv");
        Assert.Equal(1, csv.Column("label"));
        Assert.Contains("'x.csv' has no column 'sentiment', only 'review', 'label'",
            Assert.Throws<DataException>(() => csv.Column("sentiment")).Message);
    }

    [Fact]
    public void Header_WithTooManyColumns_IsAnError()
    {
        var commas = Encoding.ASCII.GetBytes(new string(',', 5000));
        var error = Assert.Throws<DataException>(() => new CsvReader(new MemoryStream(commas), "x.csv"));
        Assert.Contains("header, line 1, has more than 4096 field(s)", error.Message);
    }

    /// <summary>Any fields, written by the rules, come back; also where they cross the ends of the reader's buffer.</summary>
    [Fact]
    public void Read_WrittenFields_ComeBack()
    {
        var random = new RandomStream(1, RandomPurpose.Test);
        for (var round = 0; round < 200; round++)
        {
            var lines = new List<string>();
            var text = new StringBuilder("a,b\n");
            for (var record = random.NextInt32(0, 60); record > 0; record--)
            {
                var (first, second) = (Field(ref random), Field(ref random));
                lines.Add($"{first}|{second}");
                text.Append(Quoted(first)).Append(',').Append(Quoted(second)).Append(random.NextBool() ? "\n" : "\r\n");
            }
            Assert.Equal(lines, ReadAll(new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()))));
        }
    }

    /// <summary>100,000 files of wild bytes: each gives records or the documented error, never another exception.</summary>
    [Fact]
    public void Read_MutatedFiles_ThrowOnlyDataExceptions()
    {
        byte[][] seeds =
        [
            "review,sentiment\n\"A \"\"b\"\", c<br />\nd\",positive\nplain \u00e9\u4e2d,negative\n"u8.ToArray(),
            "a,b,c\r\n1,,\"\"\r\n\"x\r\ny\",2,3"u8.ToArray(),
            "\ufeffa\n\"\"\"\"\n\n"u8.ToArray(),
        ];
        var failures = 0;
        Parallel.For(0, 100_000, i =>
        {
            var random = new RandomStream(2, RandomPurpose.Test, 0, (uint)i);
            try
            {
                ReadAll(new MemoryStream(Mutate(ref random, seeds[i % seeds.Length])), fieldLimit: 32);
            }
            catch (DataException)
            {
                Interlocked.Increment(ref failures);
            }
        });
        // Both outcomes must occur often, or the mutations are too weak or too wild to find anything.
        Assert.InRange(failures, 10_000, 99_000);
    }

    private static byte[] Mutate(ref RandomStream random, byte[] seed)
    {
        var bytes = seed.ToList();
        byte[] telling = [(byte)'"', (byte)',', (byte)'\n', (byte)'\r', 0xff, 0xc3, 0x85, 0];
        for (var edits = random.NextInt32(1, 5); edits > 0; edits--)
        {
            var place = random.NextInt32(0, bytes.Count + 1);
            var value = random.NextBool() ? telling[random.NextInt32(0, telling.Length)] : (byte)random.NextInt32(0, 256);
            var kind = random.NextInt32(0, 4);
            if (kind == 0)
                bytes.Insert(place, value);
            else if (kind == 1)
                bytes.RemoveRange(place, Math.Min(bytes.Count - place, random.NextInt32(0, 10)));
            else if (kind == 2)
                bytes.InsertRange(place, bytes[..random.NextInt32(0, bytes.Count + 1)]);
            else if (place < bytes.Count)
                bytes[place] = value;
        }
        return [.. bytes];
    }

    private static string Field(ref RandomStream random)
    {
        string[] pieces = ["a", "\"", ",", "\n", "\r", "\u0085", "\u4e2d", " ", new string('x', 3000)];
        var field = "";
        for (var count = random.NextInt32(0, 6); count > 0; count--)
            field += pieces[random.NextInt32(0, pieces.Length)];
        return field;
    }

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny("\",\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static List<string> ReadAll(Stream stream, int fieldLimit = CsvReader.UsualFieldLimit)
    {
        var csv = new CsvReader(stream, "x.csv", fieldLimit);
        var records = new List<string>();
        while (csv.Read())
            records.Add(string.Join('|', Enumerable.Range(0, csv.Columns.Count).Select(csv.Text)));
        return records;
    }

    /// <summary>Gives one byte at a time, as a slow network may.</summary>
    private sealed class DribblingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
