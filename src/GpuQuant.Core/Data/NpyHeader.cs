using System.Globalization;
using System.Text.RegularExpressions;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>The dictionary in a .npy file's header: element type and shape, C order.</summary>
internal sealed partial record NpyHeader(DType Type, Shape Shape)
{
    private const int MostShown = 100;
    private static readonly (DType Type, string Descriptor)[] Types =
        [(DType.UInt8, "|u1"), (DType.Float32, "<f4"), (DType.Int32, "<i4"), (DType.Int64, "<i8")];

    /// <summary>NumPy's name of an element type: <c>|u1</c> for bytes.</summary>
    /// <exception cref="UsageException">It is none of the four that are written.</exception>
    public static string Descriptor(DType type) =>
        Types.FirstOrDefault(entry => entry.Type == type).Descriptor
        ?? throw new UsageException($"A .npy file takes UInt8, Float32, Int32 or Int64 here, not {type}.");

    /// <summary>Reads the dictionary's text.</summary>
    /// <exception cref="DataException">It is no such dictionary, or has a type, order or shape that is not supported.</exception>
    public static NpyHeader Parse(string text, string path)
    {
        var match = Pattern().Match(text);
        if (!match.Success)
            throw NpyFile.Bad(path, $"has a header that cannot be read ('{text[..Math.Min(text.Length, MostShown)].Trim()}')");
        var descriptor = match.Groups["descr"].Value;
        var type = Array.FindIndex(Types, entry => entry.Descriptor == descriptor);
        if (type < 0)
            throw NpyFile.Bad(path, $"holds elements of type '{descriptor}', expected |u1, <f4, <i4 or <i8");
        if (match.Groups["fortran"].Value != "False")
            throw NpyFile.Bad(path, "is in Fortran order, expected C order");
        return new NpyHeader(Types[type].Type, ParseShape(match.Groups["shape"].Value, path));
    }

    private static Shape ParseShape(string text, string path)
    {
        var parts = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var (dims, elements) = (new int[parts.Length], 1.0);
        for (var i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out dims[i]) || dims[i] < 1)
                throw NpyFile.Bad(path, $"has the shape ({text}), expected sizes of at least 1");
            elements *= dims[i];
        }
        return elements < long.MaxValue / 8.0 ? new Shape(dims) : throw NpyFile.Bad(path, $"has the impossible shape ({text})");
    }

    private const string Dictionary = @"^\{\s*'descr':\s*'(?<descr>[^']*)',\s*'fortran_order':\s*(?<fortran>True|False),"
        + @"\s*'shape':\s*\((?<shape>[^)]*)\),?\s*\}\s*$";

    [GeneratedRegex(Dictionary)]
    private static partial Regex Pattern();
}
