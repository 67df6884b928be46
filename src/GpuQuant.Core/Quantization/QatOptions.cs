using System.Globalization;
using System.Text.RegularExpressions;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>What quantization-aware training simulates: how weights and activations are fake-quantized.</summary>
public sealed partial record QatOptions
{
    private static readonly (string Name, QuantizerMethod Weights, QuantizerMethod Activations)[] Methods =
    [
        ("range", QuantizerMethod.Range, QuantizerMethod.Range),
        ("lsq", QuantizerMethod.Lsq, QuantizerMethod.Lsq),
        ("lsq+", QuantizerMethod.LsqPlus, QuantizerMethod.LsqPlus),
        ("pact", QuantizerMethod.Dorefa, QuantizerMethod.Pact),
        ("dorefa", QuantizerMethod.Dorefa, QuantizerMethod.Dorefa),
    ];

    /// <summary>
    /// TensorFlow Model Optimization's default: 8 bits, weights by their greatest magnitude (a step per output channel for convolutions, one
    /// for a dense layer), activations by a moving range.
    /// </summary>
    public static QatOptions Tflite8 { get; } = new();

    /// <summary>How the weights of convolutions and dense layers are quantized; null leaves them float. Dense layers have one step.</summary>
    public WeightQuantizer? Weights { get; init; } = new();

    /// <summary>How the outputs of layers are quantized; null leaves them float.</summary>
    public ActivationQuantizer? Activations { get; init; } = new();

    /// <summary>
    /// Bits of the first and the last layer, which lose most: of their weights, of the net's input and of its logits, all by range. 0: as
    /// all others, though input and logits keep a moving range.
    /// </summary>
    public int FirstAndLast { get; init; } = 8;

    /// <summary>
    /// Whether what a sum adds is quantized too where no activation lies before it. The integer engine's add takes inputs of any two scales,
    /// so they need not share one; without this, deployment takes these ranges from calibration.
    /// </summary>
    public bool SumInputs { get; init; }

    /// <summary>Reads bits and method, such as <c>w8a8</c>, <c>w4a4 lsq</c>, <c>w2a8 dorefa</c>; a method left out is <c>range</c>.</summary>
    /// <remarks>Methods: range, lsq, lsq+, pact (with DoReFa's weights, as its authors had), dorefa.</remarks>
    /// <exception cref="UsageException">The text is no such thing; says what is known.</exception>
    public static QatOptions Parse(string text)
    {
        var match = Form().Match(text);
        var method = Methods.FirstOrDefault(entry => entry.Name == (match.Groups[3].Success ? match.Groups[3].Value : "range"));
        if (!match.Success || method.Name is null)
            throw new UsageException($"'{text}' says nothing about quantization-aware training; write bits and method, such as 'w8a8' or "
                + $"'w4a4 lsq'. Methods: {string.Join(", ", Methods.Select(entry => entry.Name))}.");
        var (weights, activations) = (Bits(match.Groups[1].Value, text), Bits(match.Groups[2].Value, text));
        return new QatOptions
        {
            Weights = new(weights, method.Weights, PerChannel: method.Weights != QuantizerMethod.Dorefa),
            Activations = new(activations, method.Activations),
        };
    }

    /// <summary>How a layer's weights are quantized.</summary>
    /// <param name="isEdge">Whether it is the first or the last layer.</param>
    /// <param name="isDense">Whether it is a dense layer.</param>
    internal WeightQuantizer? WeightsOf(bool isEdge, bool isDense)
    {
        if (Weights is not { } weights)
            return null;
        if (isEdge && FirstAndLast > 0)
            weights = weights with { Bits = FirstAndLast, Method = QuantizerMethod.Range };
        return weights with { PerChannel = weights.PerChannel && !isDense };
    }

    /// <summary>The fake-quantizer of the net's input and logits.</summary>
    internal FakeQuantizeOp EdgeQuantizer(ActivationQuantizer activations) =>
        new(FirstAndLast > 0 ? FirstAndLast : activations.Bits, activations.Momentum);

    private static int Bits(string digits, string text) => int.Parse(digits, CultureInfo.InvariantCulture) is >= 2 and <= 16 and var bits
        ? bits
        : throw new UsageException($"'{text}' asks for {digits} bits; quantization-aware training has 2 to 16.");

    [GeneratedRegex(@"^\s*w(\d{1,3})a(\d{1,3})(?:\s+(\S+))?\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
