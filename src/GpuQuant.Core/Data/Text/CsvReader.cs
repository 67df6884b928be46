using System.Text;
using System.Text.Unicode;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Text;

/// <summary>
/// Reads comma-separated values as RFC 4180 defines them, record by record from a stream: a header with the columns' names, then records
/// with as many fields. A field in quotes may hold commas, line breaks and quotes (doubled); lines end with LF or CR LF; every other
/// character, control characters and a lone CR included, is plain text. The text is UTF-8, a byte order mark at its start is skipped.
/// </summary>
/// <remarks>Memory: one record. Only the fields that are asked for become strings.</remarks>
/// <example>The record <c>"He said ""no"", twice",negative</c> has the fields <c>He said "no", twice</c> and <c>negative</c>.</example>
public sealed class CsvReader
{
    /// <summary>The longest field that is read unless the caller says otherwise: 1 MiB.</summary>
    public const int UsualFieldLimit = 1 << 20;

    private const int MostColumns = 4096;
    private const byte Quote = (byte)'"', Comma = (byte)',', LineFeed = (byte)'\n', CarriageReturn = (byte)'\r';

    private readonly Stream _stream;
    private readonly string _file;
    private readonly int _fieldLimit;
    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly List<int> _ends = [];
    private int _position, _length;
    private byte[] _record = new byte[1 << 12];
    private int _recordLength;
    private long _line = 1, _recordLine = 1, _fieldLine;

    /// <summary>Starts reading and takes in the header. The stream stays the caller's to close.</summary>
    /// <param name="stream">The text, decompressed.</param>
    /// <param name="file">What errors call it: the file's path.</param>
    /// <param name="fieldLimit">The most bytes that one field may have.</param>
    /// <exception cref="DataException">The file is empty or its header is not well formed.</exception>
    public CsvReader(Stream stream, string file, int fieldLimit = UsualFieldLimit)
    {
        (_stream, _file, _fieldLimit) = (stream, file, fieldLimit);
        SkipByteOrderMark();
        if (!ReadRecord(MostColumns))
            throw new DataException($"'{file}' is empty, expected a line with the names of its columns; check where the file came from.");
        Columns = [.. Enumerable.Range(0, _ends.Count).Select(Text)];
    }

    /// <summary>The columns' names, in the file's order.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The number of the current record: 0 for the header, 1 for the first record after it.</summary>
    public long Record { get; private set; }

    /// <summary>The place of a column.</summary>
    /// <exception cref="DataException">There is none of that name; the message lists those that are.</exception>
    public int Column(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
            if (Columns[i] == name)
                return i;
        throw new DataException($"'{_file}' has no column '{name}', only {string.Join(", ", Columns.Take(20).Select(c => $"'{c}'"))}; "
            + "check that it is the right file and that its first line names the columns.");
    }

    /// <summary>Goes on to the next record; false at the end of the file.</summary>
    /// <exception cref="DataException">The record is not well formed, or the file cannot be read.</exception>
    public bool Read()
    {
        Record++;
        if (!ReadRecord(Columns.Count))
            return false;
        return _ends.Count == Columns.Count ? true : throw Bad(
            _recordLine, $"has {_ends.Count} field(s), expected {Columns.Count} as in the header");
    }

    /// <summary>A field of the current record, its quotes undone.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Field(column));

    /// <summary>The error of the current record having a wrong value, for the caller to throw.</summary>
    /// <param name="problem">What is wrong: "has the sentiment 'x', expected positive or negative".</param>
    public DataException Bad(string problem) => Bad(_recordLine, problem);

    private ReadOnlySpan<byte> Field(int column) => _record.AsSpan((column == 0 ? 0 : _ends[column - 1]).._ends[column]);

    private int FieldStart => _ends.Count == 0 ? 0 : _ends[^1];

    private bool ReadRecord(int mostFields)
    {
        _ends.Clear();
        (_recordLength, _recordLine) = (0, _line);
        if (!Fill())
            return false;
        for (var isLast = false; !isLast; _ends.Add(_recordLength))
        {
            if (_ends.Count == mostFields)
                throw Bad(_recordLine, $"has more than {mostFields} field(s)");
            _fieldLine = _line;
            // A file that ends right after a comma ends with an empty field.
            isLast = !Fill() || (_buffer[_position] == Quote ? ReadQuoted() : ReadPlain());
            CheckUtf8();
        }
        return true;
    }

    /// <summary>Reads a field without quotes and what ends it; true if that ends the record.</summary>
    private bool ReadPlain()
    {
        while (Fill())
        {
            var rest = _buffer.AsSpan(_position, _length - _position);
            var end = rest.IndexOfAny(Comma, LineFeed, Quote);
            Append(end < 0 ? rest : rest[..end]);
            if (end < 0)
                continue;
            var stop = _buffer[_position++];
            if (stop == Quote)
                throw Bad(_line, "has a quote inside a field that does not begin with one");
            if (stop == LineFeed)
                EndLine();
            return stop == LineFeed;
        }
        return true;
    }

    /// <summary>Reads a field in quotes and what ends it; true if that ends the record.</summary>
    private bool ReadQuoted()
    {
        for (_position++; Fill();)
        {
            var rest = _buffer.AsSpan(_position, _length - _position);
            var end = rest.IndexOf(Quote);
            var text = end < 0 ? rest : rest[..end];
            _line += text.Count(LineFeed);
            Append(text);
            if (end < 0)
                continue;
            _position++;
            if (!Fill() || _buffer[_position] != Quote)
                return EndQuoted();
            Append(_buffer.AsSpan(_position, 1));
        }
        throw Bad(_fieldLine, "opens a quote that is never closed");
    }

    /// <summary>After a closing quote: a comma, the end of the line or the end of the file.</summary>
    private bool EndQuoted()
    {
        if (!Fill())
            return true;
        var next = _buffer[_position++];
        if (next == Comma)
            return false;
        if (next == CarriageReturn && Fill())
            next = _buffer[_position++];
        if (next != LineFeed)
            throw Bad(_line, "has text after a closing quote");
        _line++;
        return true;
    }

    /// <summary>At a line feed after a field without quotes: the CR before it belongs to the line end.</summary>
    private void EndLine()
    {
        if (_recordLength > FieldStart && _record[_recordLength - 1] == CarriageReturn)
            _recordLength--;
        _line++;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        if (_recordLength - FieldStart + text.Length > _fieldLimit)
            throw Bad(_fieldLine, $"has a field of more than {_fieldLimit} bytes, the limit");
        if (_recordLength + text.Length > _record.Length)
            Array.Resize(ref _record, Math.Max(2 * _record.Length, _recordLength + text.Length));
        text.CopyTo(_record.AsSpan(_recordLength));
        _recordLength += text.Length;
        _position += text.Length;
    }

    private void CheckUtf8()
    {
        var field = _record.AsSpan(FieldStart.._recordLength);
        if (Utf8.IsValid(field))
            return;
        Utf8.ToUtf16(field, new char[field.Length], out var valid, out _, replaceInvalidSequences: false);
        throw Bad(_fieldLine + field[..valid].Count(LineFeed), $"has the byte 0x{field[valid]:X2}, which is no UTF-8 text");
    }

    private void SkipByteOrderMark()
    {
        if (Fill(atLeast: 3) && _buffer.AsSpan(0, _length).StartsWith(Encoding.UTF8.Preamble))
            _position = 3;
    }

    /// <summary>Makes sure that there is a byte to read; false at the end of the file.</summary>
    private bool Fill(int atLeast = 1)
    {
        if (_position < _length)
            return true;
        _position = 0;
        _length = TextFile.Guard(_file, () => _stream.ReadAtLeast(_buffer, atLeast, throwOnEndOfStream: false));
        return _length > 0;
    }

    private DataException Bad(long line, string problem) =>
        new($"'{_file}' {(Record == 0 ? "header" : $"record {Record}")}, line {line}, {problem}; "
            + "mend the file, or fetch it again from where it came from.");
}
