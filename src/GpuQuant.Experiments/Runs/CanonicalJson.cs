using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>One text per JSON value: keys sorted, numbers in one form, so that equal configurations have equal bytes.</summary>
public static class CanonicalJson
{
    // Beyond this a double no longer holds every integer.
    private const double LargestExact = 9007199254740992;

    /// <summary>
    /// The text: keys in ordinal order, whole numbers without a point (1.0 and 1e0 become 1), others in their shortest form.
    /// <c>{"b":1.0,"a":[true]}</c> becomes <c>{"a":[true],"b":1}</c>.
    /// </summary>
    /// <param name="node">Any value.</param>
    /// <param name="indented">For people: a line per property.</param>
    /// <exception cref="UsageException">A number is too large for a double.</exception>
    public static string Write(JsonNode? node, bool indented = false)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = indented, NewLine = "\n" }))
            Write(json, node);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject properties:
                json.WriteStartObject();
                foreach (var (name, value) in properties.OrderBy(property => property.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(name);
                    Write(json, value);
                }
                json.WriteEndObject();
                break;
            case JsonArray items:
                json.WriteStartArray();
                foreach (var item in items)
                    Write(json, item);
                json.WriteEndArray();
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                json.WriteRawValue(Number(value.ToJsonString()));
                break;
            case null:
                json.WriteNullValue();
                break;
            default:
                node.WriteTo(json);
                break;
        }
    }

    private static string Number(string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole.ToString(CultureInfo.InvariantCulture);
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var large))
            return large.ToString(CultureInfo.InvariantCulture);
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number))
            throw new UsageException($"The number {text} of a configuration is too large; give one below 1.8e308.");
        return double.IsInteger(number) && Math.Abs(number) <= LargestExact
            ? ((long)number).ToString(CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);
    }
}
